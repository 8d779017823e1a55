public import Basics

/// Everybody we know, found by identity, by name, or by the Noise static key of a device.
public struct ContactBook: Sendable {
    /// Contacts at most.
    public static let capacity = 4096

    /// The contacts, by identity.
    public private(set) var contacts = OrderedMap<PeerID, Contact>()
    private var owners: [Bytes32: PeerID] = [:]
    /// Whose each name is, in lower case.
    private var named: [String: PeerID] = [:]

    /// Nobody.
    public init() {}

    /// The contact with this identity.
    public subscript(peer: PeerID) -> Contact? { contacts[peer] }

    /// The contact one of whose devices has this Noise static key.
    public func owner(ofDevice noiseStatic: Bytes32) -> Contact? { owners[noiseStatic].flatMap { contacts[$0] } }

    /// The contact that a person means by `text`: a name in either case, or a peer id. Throws where the id was mistyped
    /// when the text looks like one; nil when there is no such contact. No name looks like an id, so that nobody can
    /// take the name of another's id.
    public func find(_ text: String) throws(GroupedText.Failure) -> Contact? {
        if PeerID.isMeant(by: text) { return contacts[try PeerID(text: text)] }
        return named[text.lowercased()].flatMap { contacts[$0] }
    }

    /// Whether a contact can be added or replaced by this one.
    public func hasRoom(for contact: Contact) -> Bool {
        (contacts[contact.peer] != nil || contacts.count < Self.capacity)
            && contact.devices.count <= Contact.mostDevices
    }

    /// Adds or replaces a contact; its name is made unique and fit to be shown. False, and nothing changed, when there
    /// are as many contacts, or devices of this one, as there may be.
    public mutating func put(_ contact: Contact) -> Bool {
        guard hasRoom(for: contact) else { return false }
        var contact = contact
        contact.name = uniqueName(contact.name, for: contact.peer)
        remove(contact.peer)
        for key in contact.devices.keys { owners[key] = contact.peer }
        named[contact.name.lowercased()] = contact.peer
        contacts[contact.peer] = contact
        return true
    }

    /// Forgets a contact; nil when there is none.
    @discardableResult
    public mutating func remove(_ peer: PeerID) -> Contact? {
        guard let old = contacts.removeValue(forKey: peer) else { return nil }
        for key in old.devices.keys { owners[key] = nil }
        named[old.name.lowercased()] = nil
        return old
    }

    /// `name` made fit to be shown, with a number behind it when another contact has it in either case. A name that
    /// shows nothing, or looks like a peer id, becomes the start of the contact's own id.
    public func uniqueName(_ name: String, for peer: PeerID) -> String {
        let shown = PresentableName.make(from: name)
        let base = shown.isEmpty || PeerID.isMeant(by: shown) ? String(peer.description.prefix(14)) : shown
        var candidate = base
        var number = 2
        while let owner = named[candidate.lowercased()], owner != peer {
            let suffix = "-\(number)"
            candidate = base.prefix(ofUTF8: Identity.longestName - suffix.utf8.count) + suffix
            number += 1
        }
        return candidate
    }
}
