public import Age
public import Basics
public import Crypto
public import Journal

/// A journal, its disk and its clocks, for tests: what it asks for is done at once.
public struct JournalBench: ~Copyable {
    /// The machine.
    public var journal: AuditLog
    /// Its disk.
    public var disk = MemoryDisk()
    /// Its chance.
    public var random: SeededRandom
    /// The time.
    public var moment: AuditLog.Moment
    /// The node's storage key.
    public let storage: AgeIdentity
    /// The node's identity.
    public let identity: Ed25519.KeyPair
    /// What the machine told.
    public var told: [AuditLog.Output] = []
    /// Called with each batch before it is done, and what is acknowledged then: a failure to be had instead.
    public var failure: (JournalBatch, Ticket) -> JournalWriteFailure? = { _, _ in nil }

    /// A new log.
    public init(seed: UInt64, quotaByteCount: Int = 1 << 30, continuing damage: JournalDamage? = nil) {
        var random = SeededRandom(seed: seed)
        identity = Ed25519.KeyPair(seed: random.secretBytes(32))
        storage = AgeIdentity(random.secretBytes(32))
        moment = Self.start
        let settings = Self.settings(identity, storage, damage?.origin.next, quotaByteCount)
        journal = AuditLog(
            creating: settings, identity: identity, continuing: damage, at: moment, using: &random)
        self.random = random
    }

    /// The same node again on a disk as it is left.
    public init(
        reopening disk: MemoryDisk, seed: UInt64, at moment: AuditLog.Moment = start
    ) throws(AuditLog.OpenFailure) {
        var random = SeededRandom(seed: seed)
        identity = Ed25519.KeyPair(seed: random.secretBytes(32))
        storage = AgeIdentity(random.secretBytes(32))
        self.disk = disk
        self.moment = moment
        let settings = Self.settings(identity, storage, nil, 1 << 30)
        random = random.stream(named: "again")
        journal = try AuditLog.open(settings, from: disk, storage: storage, at: moment, using: &random)
        self.random = random
    }

    /// 2026-11-23T17:50:00Z.
    public static var start: AuditLog.Moment {
        AuditLog.Moment(
            now: Instant(nanoseconds: 5_000_000_000), uptime: Instant(nanoseconds: 7_000_000_000),
            wall: WallTime(milliseconds: 1_795_456_200_000))
    }

    private static func settings(
        _ identity: borrowing Ed25519.KeyPair, _ storage: borrowing AgeIdentity, _ origin: JournalOrigin?, _ quota: Int
    ) -> AuditLog.Settings {
        var settings = AuditLog.Settings(
            origin: origin ?? JournalOrigin(identity: identity.publicKey), boot: 0x9f2c, storage: storage.recipient)
        settings.quotaByteCount = quota
        return settings
    }

    /// Lets time pass without a timer being asked.
    public mutating func advance(by duration: Duration) {
        moment.now += duration
        moment.uptime += duration
        moment.wall = moment.wall + duration
    }

    /// Lets time pass, stopping at every deadline.
    public mutating func run(for duration: Duration) {
        let end = moment.now + duration
        while true {
            let deadline = drain()
            guard deadline < end else { break }
            advance(by: max(deadline - moment.now, .zero))
            journal.timeout(at: moment, using: &random)
        }
        advance(by: end - moment.now)
        journal.timeout(at: moment, using: &random)
        drain()
    }

    /// Does what the journal asks until it waits; returns until when.
    @discardableResult
    public mutating func drain() -> Instant {
        while true {
            let output = journal.poll()
            switch output {
            case .wait(let deadline): return deadline
            case .stored, .health: told.append(output)
            case .write(let batch):
                do throws(JournalWriteFailure) {
                    if let failure = failure(batch, journal.acknowledged) { throw failure }
                    try disk.execute(batch)
                    journal.stored(batch.id, at: moment)
                } catch {
                    journal.failed(batch.id, error, at: moment)
                }
            }
        }
    }

    /// Appends an event of our own.
    @discardableResult
    public mutating func append(
        _ event: JournalEvent, call: LocalCallID? = nil, cause: AuditLog.Cause = .ourselves,
        urgency: AuditLog.Urgency = .reports
    ) throws(AuditLog.Refusal) -> Ticket {
        try journal.append(
            event, by: .daemon, call: call, cause: cause, urgency: urgency, at: moment, using: &random)
    }

    /// Stops in good order.
    public mutating func stop() {
        journal.stop(.daemonStop(cause: "signal"), by: .daemon, at: moment)
        drain()
    }

    /// Appends a day in the life of a daemon: `count` entries of many kinds, some with sidecars.
    public mutating func appendCalls(_ count: Int) throws(AuditLog.Refusal) {
        let contact = SubjectID(using: &random)
        var call = LocalCallID(using: &random)
        for index in 0..<count {
            advance(by: .milliseconds(137))
            switch index % 8 {
            case 0:
                call = LocalCallID(using: &random)
                try append(
                    .callInvite(contact, isOutgoing: true, sharedCallID: "shared-\(index)", media: ["audio"]),
                    call: call, urgency: .grants)
            case 1: try append(.callRing(contact), call: call)
            case 2: try append(.callJoin(contact, role: "callee"), call: call, urgency: .grants)
            case 3:
                try append(
                    .pathSelected(
                        contact, kind: "host", roundTripTime: .milliseconds(12), local: "192.0.2.1:4500",
                        remote: "198.51.100.7:9"), call: call)
            case 4: try append(.cipherSuite(contact, suite: "ChaChaPoly"), call: call)
            case 5: try append(.rekey(contact, number: index), call: call)
            case 6:
                try append(
                    .callLeave(contact, cause: "hangUp", duration: .seconds(61)), call: call, urgency: .withdraws)
            default:
                try append(.callEnd(cause: "hangUp", duration: .seconds(62)), call: call, urgency: .withdraws)
                journal.forgetKeys(of: call)
                if index % 24 == 7 { journal.signCheckpoint() }
            }
            drain()
        }
    }
}
