internal import Basics

/// Connections of other users to the control socket, until the journal is told: of the first at once, of more each hour.
struct Intruders {
    private static let period: Duration = .seconds(3600)

    private(set) var uid: UInt32 = 0
    private(set) var newCount = 0
    private var next = Instant.zero

    /// When the journal is told; nil when it knows all.
    var due: Instant? { newCount > 0 ? next : nil }

    /// One has come.
    mutating func count(_ uid: UInt32) {
        newCount += 1
        self.uid = uid
    }

    /// The journal has been told.
    mutating func told(at now: Instant) {
        newCount = 0
        next = now + Self.period
    }
}

extension Node {
    /// When intruders are told; never while the keys are sealed, when there is no journal.
    var intrudersDue: Instant? { intruders.due.flatMap { isJournalOpen ? $0 : nil } }

    private var isJournalOpen: Bool {
        guard case .unlocked = identity else { return false }
        return phase.isRunning
    }

    mutating func tellIntruders() {
        guard let due = intrudersDue, due <= context.now else { return }
        device?.note(.intruders(uid: intruders.uid, count: intruders.newCount), &context)
        intruders.told(at: context.now)
    }
}
