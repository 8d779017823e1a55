internal import Basics
internal import Crypto

extension AuditLog {
    /// Stops in good order: summaries and `event` (`daemonStop`, `identityLock`) are appended and the whole log is signed. Drain `poll`
    /// and report until `isClosed`; nothing is accepted any more.
    public mutating func stop(_ event: JournalEvent, by actor: Actor, at moment: Moment) {
        guard !isStopped else { return }
        summarize(at: moment, isLast: true)
        write(event, by: actor, at: moment)
        sign()
        isStopped = true
        forgetAllKeys()
        for timer in Timer.allCases where timer != .retry { timers[timer] = nil }
    }

    /// Whether nothing waits for the disk.
    public var isIdle: Bool { outbox.isEmpty && outputs.isEmpty }

    /// Whether a log that was stopped has nothing left to do: all of it is on the disk, or the disk does not take it.
    public var isClosed: Bool { isStopped && outputs.isEmpty && (outbox.isEmpty || outbox.isStuck) }

    mutating func startSummaryTimer(at now: Instant) {
        if timers[.summary] == nil { timers[.summary] = now + Self.summaryDelay }
    }

    /// One entry about each contact that was refused in its hour, and one about strangers.
    mutating func summarize(at moment: Moment, isLast: Bool = false) {
        for flood in floods.endHours(at: moment.now, isLast: isLast) {
            write(.flood(flood.contact, count: flood.refusedCount), at: moment)
        }
        if !strangers.isEmpty { write(.strangers(strangers), at: moment) }
        strangers.removeAll()
        if let deadline = floods.deadline { timers[.summary] = max(deadline, moment.now + .seconds(1)) }
    }

    static let summaryDelay: Duration = .seconds(3600)
}
