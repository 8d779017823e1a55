internal import Basics
internal import ControlAPI
public import Journal
public import Mesh
internal import Paths

/// The secret keys come and go.
extension Node {
    /// The vault has made or opened the identity, and everything that it seals.
    public mutating func unlocked(
        _ opened: consuming OpenedIdentity, for request: KeyRequest?, at moment: AuditLog.Moment
    ) {
        context.moment = moment
        if let request, request.number < firstLastingKeyRequest { return refuseOpening(for: request) }
        let known = PublicIdentity(peer: opened.identity.peer, name: opened.identity.name)
        let wasCreated = identity == .none
        identity = .unlocked(known, isProtected: opened.isProtected)
        let importedContacts = opened.importedContacts
        let isProtected = opened.isProtected
        let waiting = request.flatMap { keyRequests.removeValue(forKey: $0) }
        let importer = waiting?.method == .identityImport ? waiting : nil
        device = Device(opened, settings: settings, &context)
        device?.start(
            Device.Opening(
                isFirst: !wasUnlocked, isProtected: isProtected, refusedCount: refusedPassphraseCount,
                binary: surroundings.binary), importing: importedContacts, for: importer, &context)
        if let clock { device?.tell(clock, &context) }
        if configuration.icePolicy == .relay, !ownAddresses.isEmpty { device?.relayed(&context) }
        (wasUnlocked, refusedPassphraseCount) = (true, 0)
        let fields: JSONValue = ["peer": .text(known.peer), "name": .string(known.name)]
        tell(wasCreated ? .identityCreated : .identityUnlocked, fields)
        if let waiting, importer == nil { answer(waiting, .success(fields)) }
        finish()
    }

    /// The identity was locked while it was being opened: locked it stays.
    private mutating func refuseOpening(for request: KeyRequest) {
        if let waiting = keyRequests.removeValue(forKey: request) {
            answer(waiting, .failure(ControlError(.notReady, "the identity was locked meanwhile")))
        }
        finish()
    }

    /// The vault has written an export of so many bytes.
    public mutating func exported(_ byteCount: Int, for request: KeyRequest, at moment: AuditLog.Moment) {
        context.moment = moment
        if let waiting = keyRequests.removeValue(forKey: request) {
            answer(waiting, .success(["bytes": JSONValue(byteCount)]))
        }
        finish()
    }

    /// The vault could not do what was asked.
    public mutating func keysFailed(_ failure: KeyFailure, for request: KeyRequest?, at moment: AuditLog.Moment) {
        context.moment = moment
        if failure == .wrongPassphrase { countRefusedPassphrase() }
        if let waiting = request.flatMap({ keyRequests.removeValue(forKey: $0) }) {
            answer(waiting, .failure(.keys(failure)))
        }
        finish()
    }

    /// While the keys are sealed there is no journal to write to: the next that opens tells how often it was tried.
    private mutating func countRefusedPassphrase() {
        guard case .locked = identity else { return }
        refusedPassphraseCount += 1
    }

    var settings: Settings {
        var settings = Settings(configuration, listening: listening, ownAddresses: ownAddresses)
        if configuration.icePolicy == .relay { settings.reach(ownAddresses, by: relayTransport) }
        return settings
    }

    /// Names a request to the vault, which answers later.
    mutating func keyRequest(_ request: ControlRequest) -> KeyRequest {
        let name = KeyRequest(number: nextKeyRequest)
        nextKeyRequest += 1
        keyRequests[name] = request
        return name
    }
}

/// What the vault hands over when the identity is open: keys, rows of the state store, and the journal.
public struct OpenedIdentity: ~Copyable, Sendable {
    /// Who we are.
    public let identity: Identity
    /// Whether a passphrase seals the keys on disk.
    public let isProtected: Bool
    /// The rows of the state store, by table.
    public let rows: [String: [Row]]
    /// The journal, open.
    public let journal: AuditLog
    /// Contacts that an imported identity brought along, encoded.
    public let importedContacts: [[UInt8]]

    /// The tables of the state store.
    public static let tables = [Table.own, Table.contacts, Table.invites, Table.stamps, Table.calls]

    /// One row of the state store.
    public struct Row: Sendable {
        /// The key.
        public let key: [UInt8]
        /// The value.
        public let value: [UInt8]

        /// A row.
        public init(key: [UInt8], value: [UInt8]) {
            self.key = key
            self.value = value
        }
    }

    /// Everything together.
    public init(
        identity: consuming Identity, isProtected: Bool, rows: [String: [Row]], journal: consuming AuditLog,
        importedContacts: [[UInt8]] = []
    ) {
        self.identity = identity
        self.isProtected = isProtected
        self.rows = rows
        self.journal = journal
        self.importedContacts = importedContacts
    }
}
