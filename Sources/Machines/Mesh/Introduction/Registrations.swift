public import Basics

/// With which contacts we are registered, so that others can be led to us, and when that is to be looked at again.
///
/// Who is behind a NAT is reached through somebody with whom a session stands already. So a few are kept: while there are
/// fewer than `wanted`, a contact after the other is tried, each rarer the more often in vain.
public struct Registrations: Sendable {
    /// So many introducers are looked for, and so many are made use of.
    public static let wanted = 3, most = 8
    private static let seekPeriod: Duration = .seconds(10)
    private static let firstWait: Duration = .seconds(30), longestWait: Duration = .seconds(1_800)

    private var told: [Bytes32: [IntroductionTag]] = [:]
    private var waits: [Bytes32: (until: Instant, wait: Duration)] = [:]
    /// Whether what is registered may differ from what should be.
    public private(set) var isDue = false
    /// When tags change.
    private var hourEnd = Instant.distantFuture
    private var nextSeek: Instant

    /// Nothing is registered. Who led others to us before is looked for at once.
    public init(at now: Instant) { nextSeek = now }

    /// Contacts or invites are others than before.
    public mutating func changed() { isDue = true }

    /// A session with `device` stands.
    public mutating func sessionUp(with device: Bytes32) {
        waits[device] = nil
        isDue = true
    }

    /// The session with `introducer` is gone, and with it what we had registered there.
    public mutating func gone(_ introducer: Bytes32) {
        if told.removeValue(forKey: introducer) != nil { isDue = true }
    }

    /// Whether we are registered with `device`.
    public func contains(_ device: Bytes32) -> Bool { told[device] != nil }

    /// What is registered is about to be looked at; tags change again after `left`.
    public mutating func begin(hourLeft left: Duration, at now: Instant) {
        isDue = false
        hourEnd = now + left
    }

    /// `tags` should stand with `introducer`: whether it has to be told.
    public mutating func update(_ tags: [IntroductionTag], with introducer: Bytes32) -> Bool {
        guard told[introducer] ?? [] != tags else { return false }
        guard !tags.isEmpty else {
            told[introducer] = nil
            return true
        }
        guard told[introducer] != nil || told.count < Self.most else { return false }
        told[introducer] = tags
        return true
    }

    /// When `timeout` has something to do.
    public var nextTimeout: Instant { min(hourEnd, nextSeek) }

    /// Time has passed; true when an introducer is to be looked for.
    public mutating func timeout(at now: Instant) -> Bool {
        if hourEnd <= now { (isDue, hourEnd) = (true, .distantFuture) }
        guard nextSeek <= now else { return false }
        nextSeek = now + Self.seekPeriod
        return told.count < Self.wanted
    }

    /// Which of `devices`, with whom there is no session, is tried now.
    public mutating func choose(among devices: [Bytes32], at now: Instant) -> Bytes32? {
        guard let device = devices.first(where: { waits[$0].map { $0.until <= now } ?? true }) else { return nil }
        let wait = min((waits[device]?.wait ?? Self.firstWait / 2) * 2, Self.longestWait)
        waits[device] = (now + wait, wait)
        return device
    }
}
