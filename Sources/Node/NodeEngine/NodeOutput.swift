public import Basics
public import ControlAPI
public import Journal
public import Mesh
public import Paths

/// What the node wants done. Datagrams are not among these: they wait in place, see `Node.nextDatagram`.
public enum NodeOutput: Sendable {
    /// Write this line to a client of the control socket.
    case send([UInt8], to: ClientNumber)
    /// Store these changes in one transaction. What waits for it says so by a ticket; then say `stored` or `storeFailed`.
    case store([StateChange], StoreTicket)
    /// Carry out a batch of the journal's operations; then say `journalStored` or `journalFailed`.
    case journal(JournalBatch)
    /// Do this with the secret keys at rest.
    case keys(KeyCommand)
    /// Read the journal on disk for a client; then say `diskAnswered`.
    case read(DiskCommand, DiskRequest)
    /// What waited for the descriptors of a line will not take them: close them.
    case close(RequestLine)
    /// Do this with media.
    case media(MediaCommand)
    /// Do this with an ICE agent.
    case ice(ICECommand)
    /// Let the relay that is our only way out take in what comes from these addresses, and from none beside them and those
    /// that were sent to.
    case permit([IPAddress])
    /// A line for the log: facts without persons.
    case log(LogLevel, String)
    /// Everything is told and stored: stop the process.
    case stop
}

/// How much a line of the log matters.
public enum LogLevel: Sendable { case debug, info, notice, warning, error }

/// Names a transaction of the state store.
public struct StoreTicket: Hashable, Comparable, Sendable {
    let number: UInt64

    /// Older tickets come first.
    public static func < (left: StoreTicket, right: StoreTicket) -> Bool { left.number < right.number }
}

/// A change of one row of the sealed state store.
public enum StateChange: Equatable, Sendable {
    /// The row `key` of the table `namespace` gets this value.
    case put(namespace: String, key: [UInt8], value: [UInt8])
    /// The row `key` of the table `namespace` goes.
    case delete(namespace: String, key: [UInt8])

    /// Whether it may change who can be led to us.
    var isOfContactsOrInvites: Bool { [Table.contacts, Table.invites].contains(row.namespace) }

    /// Which row it is about.
    var row: Row {
        switch self {
        case .put(let namespace, let key, _), .delete(let namespace, let key): Row(namespace: namespace, key: key)
        }
    }

    struct Row: Hashable {
        let namespace: String
        let key: [UInt8]
    }
}

/// What the vault is asked to do with the secret keys at rest. Passphrases come from descriptors; the node never sees one.
public enum KeyCommand: Sendable {
    /// Make a new identity and seal it; with no passphrase it lies unprotected, because somebody asked for just that.
    case create(name: String, passphrase: DescriptorOfLine?, KeyRequest)
    /// Open the identity.
    case unlock(passphrase: DescriptorOfLine?, KeyRequest)
    /// Write the identity's secrets, sealed under a passphrase, with `contacts` beside them, to a descriptor.
    case export(SharedSecret, contacts: [[UInt8]], passphrase: DescriptorOfLine, to: DescriptorOfLine, KeyRequest)
    /// Close what the identity opened: the store and the journal, with the keys that they hold.
    case forget
    /// Take over an identity that `export` wrote.
    case restore(from: DescriptorOfLine, passphrase: DescriptorOfLine, newPassphrase: DescriptorOfLine?, KeyRequest)
}

/// A descriptor that came with a request line.
public struct DescriptorOfLine: Hashable, Sendable {
    /// The line.
    public let line: RequestLine
    /// Which of its descriptors.
    public let index: Int
}

/// What a client wants to know of the journal as it lies on disk.
public enum DiskCommand: Sendable {
    /// Verify all of it.
    case verify
    /// Find entries.
    case query(JournalQuery)
    /// Write entries to a descriptor.
    case export(JournalQuery, to: DescriptorOfLine)
}

/// Names a `DiskCommand`, so that its result finds who asked.
public struct DiskRequest: Hashable, Sendable {
    let number: UInt64
}

/// Names a `KeyCommand`, so that its result finds who asked.
public struct KeyRequest: Hashable, Sendable {
    let number: UInt64
}
