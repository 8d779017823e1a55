public import Basics

/// Everybody we know, found by identity, by name, or by the Noise static key of a device.
public struct ContactBook: Sendable {
    /// Contacts at most.
    public static let capacity = 4096

    /// The contacts, by identity.
    public private(set) var contacts = OrderedMap<PeerID, Contact>()
    private var owners: [Bytes32: PeerID] = [:]

    /// Nobody.
    public init() {}

    /// The contact with this identity.
    public subscript(peer: PeerID) -> Contact? { contacts[peer] }

    /// The contact one of whose devices has this Noise static key.
    public func owner(ofDevice noiseStatic: Bytes32) -> Contact? { owners[noiseStatic].flatMap { contacts[$0] } }

    /// The contact that a person means by `text`: a name, or a peer id. Throws where the id was mistyped when the text
    /// looks like one; nil when there is no such contact.
    public func find(_ text: String) throws(GroupedText.Failure) -> Contact? {
        if let named = contacts.values.first(where: { $0.name == text }) { return named }
        guard Self.looksLikePeerID(text) else { return nil }
        return contacts[try PeerID(text: text)]
    }

    private static func looksLikePeerID(_ text: String) -> Bool {
        (50...64).contains(text.utf8.count) && !text.contains(" ")
    }

    /// Adds or replaces a contact; its name is made unique. False when there are as many as there may be.
    public mutating func put(_ contact: Contact) -> Bool {
        guard contacts[contact.peer] != nil || contacts.count < Self.capacity else { return false }
        var contact = contact
        contact.name = uniqueName(contact.name, for: contact.peer)
        if let old = contacts[contact.peer] { for key in old.devices.keys { owners[key] = nil } }
        for key in contact.devices.keys { owners[key] = contact.peer }
        contacts[contact.peer] = contact
        return true
    }

    /// Forgets a contact; nil when there is none.
    @discardableResult
    public mutating func remove(_ peer: PeerID) -> Contact? {
        guard let old = contacts.removeValue(forKey: peer) else { return nil }
        for key in old.devices.keys { owners[key] = nil }
        return old
    }

    /// `name`, or with a number behind it when another contact has it. An empty name becomes the start of the id.
    public func uniqueName(_ name: String, for peer: PeerID) -> String {
        let base = name.isEmpty ? String(peer.description.prefix(14)) : name
        let taken = Set(contacts.values.filter { $0.peer != peer }.map(\.name))
        guard taken.contains(base) else { return base }
        var number = 2
        while taken.contains("\(base)-\(number)") { number += 1 }
        return "\(base)-\(number)"
    }
}
