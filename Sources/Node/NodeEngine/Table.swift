internal import Basics

/// The tables of the state store, and their rows' keys.
enum Table {
    /// Facts about ourselves.
    static let own = "own"
    /// Contacts, by identity.
    static let contacts = "contacts"
    /// Invites of ours, by id.
    static let invites = "invites"
    /// The newest stamp of each remote device.
    static let stamps = "stamps"
    /// Ended calls, by number.
    static let calls = "calls"

    /// The row of `own` with our newest stamp.
    static let lastStampKey = Array("stamp".utf8)
    /// The row of `own` with the journal's name for the owner of this daemon.
    static let ownerKey = Array("owner".utf8)

    /// The row of `own` with the journal's name for the configuration that was in force last.
    static let configurationKey = Array("configuration".utf8)

    /// A number as a key: big-endian, so that rows come in its order.
    static func key(_ number: UInt64) -> [UInt8] {
        var writer = ByteWriter(capacity: 8)
        writer.bigEndian(number)
        return writer.bytes
    }
}
