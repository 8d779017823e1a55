internal import Basics
internal import Mesh

/// A contact, or another device of one, that an invite makes: until it is in the journal and in the store.
struct ContactAddition {
    /// Who, as the journal is told.
    let contact: Contact
    /// The device that the invite was for, with the newest pairing secret.
    var device: ContactDevice
    /// Whether the entry is stored.
    var isRecorded = false
    /// Writes to the store that are on their way.
    var writeCount = 0

    /// The contact with the device. What was decided of one that we have, blocking above all, stays.
    func contact(beside known: Contact?) -> Contact {
        var contact = known ?? contact
        contact.devices[device.noiseStatic] = device
        return contact
    }
}
