internal import Basics
internal import Calling
internal import ControlAPI
internal import Crypto
internal import Journal
internal import Mesh
internal import Transport

/// The device comes up from what the vault kept.
extension Device {
    init(_ opened: consuming OpenedIdentity, settings: Settings, _ context: inout Context) {
        var policy = CallPolicy()
        policy.ringDuration = settings.ringDuration
        switchboard = Switchboard(policy: policy)
        endpoint = Endpoint(key: opened.identity.noiseStatic.copy(), at: context.now, using: &context.random)
        certificate = Certificate(of: opened.identity, at: context.moment.wall)
        nextRenewal = context.now + Self.renewalPeriod
        registrations = Registrations(at: context.now)
        self.settings = settings
        let rows = opened.rows
        identity = opened.identity
        journal = opened.journal
        sealedSize = journal.signedSize
        restore(rows)
    }

    /// Our certificate is made anew each day: it lives 30, so no peer ever sees an old one.
    static var renewalPeriod: Duration { .seconds(86_400) }

    /// Reads the rows of the state store. One that cannot be read is left where it is, and out.
    private mutating func restore(_ rows: [String: [OpenedIdentity.Row]]) {
        for row in rows[Table.contacts] ?? [] {
            if let contact = Contact(decoding: row.value) { _ = contacts.put(contact) }
        }
        for row in rows[Table.invites] ?? [] {
            if let invite = InviteBook.Invite(decoding: row.value) { _ = invites.add(invite) }
        }
        restoreStamps(rows[Table.stamps] ?? [])
        for row in rows[Table.own] ?? [] {
            if row.key == Table.lastStampKey { lastStamp = TAI64N(row.value.rawSpan) }
            if row.key == Table.ownerKey {
                owner = SubjectID(String(decoding: row.value, as: UTF8.self))
            }
            if row.key == Table.configurationKey { configuration = Bytes32(row.value.rawSpan) }
        }
        restoreHistory(rows[Table.calls] ?? [])
    }

    /// What is known of devices of nobody is of no use: it goes.
    private mutating func restoreStamps(_ rows: [OpenedIdentity.Row]) {
        for row in rows {
            if let device = Bytes32(row.key), let known = DeviceStamps.Known(decoding: row.value),
                contacts[known.owner] != nil
            {
                stamps.restore(device, known)
            } else {
                changes.append(.delete(namespace: Table.stamps, key: row.key))
            }
        }
    }

    private mutating func restoreHistory(_ rows: [OpenedIdentity.Row]) {
        for row in rows {
            guard row.key.count == 8, let json = try? JSONValue(parsing: row.value.rawSpan),
                let call = json["call"]?.string
            else { continue }
            let number = row.key.reduce(0) { $0 << 8 | UInt64($1) }
            if history.isFull { _ = history.popFirst() }
            history.append(EndedCall(number: number, call: call, json: json))
            nextHistoryNumber = max(nextHistoryNumber, number + 1)
        }
    }

    /// The first entries after the keys were opened. `request` is who imported them, to be answered when all is taken over.
    mutating func start(
        _ opening: Opening, importing contacts: [[UInt8]], for request: ControlRequest?, _ context: inout Context
    ) {
        if owner == nil {
            let fresh = SubjectID(using: &context.random)
            owner = fresh
            changes.append(.put(namespace: Table.own, key: Table.ownerKey, value: Array(fresh.text.utf8)))
        }
        if opening.isFirst { note(.started(binary: opening.binary), &context) }
        if !journal.recovery.wasCleanlyStopped { note(.recovered, &context) }
        if opening.refusedCount > 0 { note(.passphraseRefused(count: opening.refusedCount), &context) }
        if opening.isProtected || !opening.isFirst {
            note(.unlocked(method: opening.isProtected ? "passphrase" : "none"), &context)
        }
        noteConfiguration(&context)
        takeOver(contacts.compactMap { Contact(decoding: $0) }, for: request, &context)
    }

    /// Contacts of an imported identity are there when the journal says so; then whoever imported it is told.
    private mutating func takeOver(_ contacts: [Contact], for request: ControlRequest?, _ context: inout Context) {
        waiting.takeover = request.map { Takeover(request: $0, waiting: contacts.count) }
        for contact in contacts { record(.contactAdd(contact), then: .takenOver(contact), &context) }
        if contacts.isEmpty { tookOver(nil, &context) }
    }

    /// The entry of an imported contact is stored: now there is the contact.
    mutating func takenOver(_ contact: Contact, _ context: inout Context) {
        guard contacts.hasRoom(for: contact) else {
            return tookOver(ControlError(.storageFailed, "there are as many contacts as there may be"), &context)
        }
        put(contact)
        tookOver(nil, &context)
    }

    /// One more imported contact is there, or could not be entered. Behind the last comes the answer.
    mutating func tookOver(_ failure: ControlError?, _ context: inout Context) {
        guard var takeover = waiting.takeover else { return }
        takeover.waiting -= 1
        takeover.failure = takeover.failure ?? failure
        waiting.takeover = takeover.waiting > 0 ? takeover : nil
        guard takeover.waiting <= 0 else { return }
        if let failure = takeover.failure { return context.answers.append((takeover.request, .failure(failure))) }
        let answer: JSONValue = [
            "peer": .text(identity.peer), "name": .string(identity.name),
            "contacts": JSONValue(contacts.contacts.count),
        ]
        guard !changes.isEmpty else { return context.answers.append((takeover.request, .success(answer))) }
        waitingForChanges.append(.answer(takeover.request, answer))
    }

    /// How the keys were opened.
    struct Opening {
        /// Whether it is the first time in this run of the daemon.
        let isFirst: Bool
        let isProtected: Bool
        /// Wrong passphrases since the keys were last open; without them there was no journal to say so.
        let refusedCount: Int
        /// The SHA-256 of the program that runs.
        let binary: Bytes32?
    }

    /// Another configuration than the last is in force: it may have changed while nobody ran.
    private mutating func noteConfiguration(_ context: inout Context) {
        let old = configuration, new = configurationName
        guard old != new else { return }
        configuration = new
        changes.append(.put(namespace: Table.own, key: Table.configurationKey, value: new.array))
        if let old { note(.configuration(old: old, new: new), &context) }
    }

    /// A hash under a key of ours: the file holds names and passwords, which a bare hash would let others guess.
    private var configurationName: Bytes32 {
        let name = identity.storage.withBytes {
            HKDF<SHA256>.derive(
                salt: RawSpan(), inputKeyMaterial: $0,
                info: (Array("parley/1 configuration".utf8) + settings.digest.array).rawSpan,
                byteCount: Bytes32.byteCount)
        }
        return name.withBytes { Bytes32($0) } ?? .zero
    }

    /// The clock is kept so: an entry at the start, in each epoch and when that changes.
    mutating func tell(_ clock: ClockState, _ context: inout Context) {
        let told = (clock.isSynchronized, journal.epochNumber)
        if let toldClock, toldClock == told { return }
        toldClock = told
        note(.clock(clock), &context)
    }

    /// The configuration was read again: what can change without a restart does.
    mutating func reconfigure(_ configuration: Configuration, _ context: inout Context) {
        settings = settings.changed(by: configuration)
        switchboard.policy.ringDuration = configuration.ringDuration
        noteConfiguration(&context)
    }

    /// An export is in the journal before it is written. The contacts go along, with their pairing secrets (PROTOCOL §2).
    mutating func export(
        passphrase: DescriptorOfLine, to file: DescriptorOfLine, _ name: KeyRequest, for request: ControlRequest,
        _ context: inout Context
    ) {
        let command = KeyCommand.export(
            SharedSecret(identity.encoded), contacts: contacts.contacts.values.map(\.encoded), passphrase: passphrase,
            to: file, name)
        record(.identityExport, then: .export(command, file, request), &context)
    }

    /// Entries are given out when the journal says so.
    mutating func export(
        _ query: JournalQuery, to file: DescriptorOfLine, _ name: DiskRequest, _ context: inout Context
    ) {
        record(.journalExport, then: .exportEntries(query, to: file, name), &context)
    }

    /// The call that `text` names in the journal. Nothing else will do: without a call all entries are meant.
    private static func journalled(_ text: String) throws(ControlError) -> LocalCallID {
        guard let call = LocalCallID(text) else {
            throw ControlError(
                .invalidParams, "this is not the identifier of a call", subject: text,
                hint: "The entries of calls have it in full: parley journal query.")
        }
        return call
    }

    /// What a client wants to read of the journal on disk.
    func diskCommand(_ request: ControlRequest, _ line: RequestLine) throws(ControlError) -> DiskCommand {
        guard request.method != .journalVerify else { return .verify }
        var query = JournalQuery()
        let parameters = request.parameters
        query.events = parameters.texts("types")
        query.since = parameters.timeIfPresent("from")
        query.until = parameters.timeIfPresent("to")
        if let call = parameters.textIfPresent("call") { query.call = try Self.journalled(call) }
        if let peer = parameters.textIfPresent("peer") { query.contact = SubjectID(try contact(peer).subject) }
        guard request.method == .journalExport else {
            query.firstSequence = parameters.intIfPresent("since") ?? 0
            query.limit = parameters.intIfPresent("max") ?? 100
            return .query(query)
        }
        guard let descriptor = request.descriptor("fd", of: line) else {
            throw ControlError(.invalidParams, "a descriptor is needed", subject: "fd")
        }
        return .export(query, to: descriptor)
    }
}
