internal import Basics

/// How much a contact alone may make us write: then its acts are refused and only counted.
struct FloodGuard {
    static let entriesPerHour = 60
    static let bytesPerDay = 64 * 1024
    /// Calls that are answered without a person: one each five seconds in the long run, for an intercom.
    static let answers = TokenBucket.Size(interval: .seconds(5), burst: 60)
    /// Contacts watched at a time. With more than that at once, the rest are refused until the hour is over.
    static let capacity = 4096

    private static let hour: Duration = .seconds(3600), day: Duration = .seconds(24 * 3600)

    private struct Tally {
        var hourStart: Instant
        var dayStart: Instant
        var entryCount = 0
        var byteCount = 0
        var refusedCount = 0
        /// What is left of the answers without a person.
        var answers: TokenBucket

        init(at now: Instant) {
            (hourStart, dayStart) = (now, now)
            answers = TokenBucket(FloodGuard.answers, at: now)
        }
    }

    private var tallies = OrderedMap<SubjectID, Tally>()
    /// What the entries of calls took that may still be answered, oldest first.
    private var costs: [Cost] = []
    /// More calls than may go on at a time.
    private static let costCapacity = 64

    private struct Cost {
        let call: LocalCallID
        let contact: SubjectID
        var entryCount = 0
        var byteCount = 0
    }

    /// When the next hour of a contact is over; nil when none is watched.
    var deadline: Instant? { tallies.values.map { $0.hourStart + Self.hour }.min() }

    /// Nil when an act of `contact` may be written; else until when not. A refusal is counted.
    mutating func refusal(of contact: SubjectID, at now: Instant) -> Instant? {
        if tallies[contact] == nil {
            guard tallies.count < Self.capacity else { return deadline }
            tallies[contact] = Tally(at: now)
        }
        return tallies.update(contact) { tally in
            if now - tally.dayStart >= Self.day { (tally.dayStart, tally.byteCount) = (now, 0) }
            if tally.byteCount >= Self.bytesPerDay {
                tally.refusedCount += 1
                return tally.dayStart + Self.day
            }
            if tally.entryCount >= Self.entriesPerHour {
                tally.refusedCount += 1
                return tally.hourStart + Self.hour
            }
            return nil
        } ?? nil
    }

    /// Counts what an act of `contact` took.
    mutating func count(_ contact: SubjectID, byteCount: Int, of call: LocalCallID?) {
        tallies.update(contact) { tally in
            tally.entryCount += 1
            tally.byteCount += byteCount
        }
        guard let call else { return }
        var cost = take(call) ?? Cost(call: call, contact: contact)
        cost.entryCount += 1
        cost.byteCount += byteCount
        costs.append(cost)
        if costs.count > Self.costCapacity { costs.removeFirst() }
    }

    /// Nil when a call of `contact` may come; else until when not. A refusal is counted.
    mutating func refusalOfCall(by contact: SubjectID, at now: Instant) -> Instant? {
        if let refusal = refusal(of: contact, at: now) { return refusal }
        return tallies.update(contact) { tally in
            guard tally.answers.nextToken > now else { return nil }
            tally.refusedCount += 1
            return tally.answers.nextToken
        } ?? nil
    }

    /// We answered a call: what it took was our wish as well. Nobody wished for one that is answered without a person: such
    /// calls have a limit of their own.
    mutating func forgive(_ call: LocalCallID, byPerson: Bool, at now: Instant) {
        guard let cost = take(call) else { return }
        tallies.update(cost.contact) { tally in
            if !byPerson { _ = tally.answers.take(at: now) }
            tally.entryCount = max(0, tally.entryCount - cost.entryCount)
            tally.byteCount = max(0, tally.byteCount - cost.byteCount)
        }
    }

    private mutating func take(_ call: LocalCallID) -> Cost? {
        costs.firstIndex { $0.call == call }.map { costs.remove(at: $0) }
    }

    /// Ends the hours that are over (all of them when `isLast`): whose acts were refused, and how many.
    mutating func endHours(at now: Instant, isLast: Bool = false) -> [(contact: SubjectID, refusedCount: Int)] {
        var floods: [(contact: SubjectID, refusedCount: Int)] = []
        for contact in tallies.keys {
            guard var tally = tallies[contact], isLast || now - tally.hourStart >= Self.hour else { continue }
            if tally.refusedCount > 0 { floods.append((contact, tally.refusedCount)) }
            (tally.hourStart, tally.entryCount, tally.refusedCount) = (now, 0, 0)
            // A day that is over or in which nothing was written need not be remembered.
            let isDayOver =
                tally.answers.isFull(at: now) && (now - tally.dayStart >= Self.day || tally.byteCount == 0)
            tallies[contact] = isDayOver || isLast ? nil : tally
        }
        return floods
    }
}
