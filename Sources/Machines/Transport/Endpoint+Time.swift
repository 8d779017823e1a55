public import Basics
public import Crypto

/// What time does.
extension Endpoint {
    /// Does what is due. A call that comes too early does nothing.
    public mutating func timeout(at now: Instant, using random: inout SeededRandom) {
        guard nextDeadline() <= now else { return }
        touchDeadline()
        for id in attempts.keys { timeout(id, at: now, using: &random) }
        for id in sessions.keys { timeout(id, at: now, using: &random) }
        for token in decisions.keys {
            if let end = decisions[token]?.end, end <= now { decisions.remove(token) }
        }
        for id in chains.keys where chainEnd(id) <= now { chains.remove(id) }
    }

    private mutating func timeout(_ id: HandshakeID, at now: Instant, using random: inout SeededRandom) {
        guard let end = attempts[id]?.end, end > now else { return self.end(id, .timedOut, at: now) }
        if let moment = attempts[id]?.precedenceEnd, moment <= now, let held = attempts[id]?.held.take() {
            do throws(DropReason) { try surface(held) } catch { drops.count(error) }
        }
        guard let retry = attempts[id]?.retryTime, retry <= now else { return }
        attempts[id]?.noteSent(at: now, using: &random)
        emit(.sendInitiation(id))
    }

    private mutating func timeout(_ id: SessionID, at now: Instant, using random: inout SeededRandom) {
        guard let end = sessions[id]?.end, let isConfirmed = sessions[id]?.isConfirmed else { return }
        guard end > now else { return close(id, isConfirmed ? .idle : .unconfirmed, at: now) }
        expireKeys(of: id, at: now)
        if let due = sessions[id]?.rekeyDeadline, due <= now {
            sessions[id]?.rekeying = .due
            emit(.rekeyDue(id, .inside))
        }
        if let due = sessions[id]?.keepaliveDeadline, due <= now { keepAlive(id, at: now, using: &random) }
        repeatConfirmation(id, at: now, using: &random)
    }

    /// A rekey that is on its way through the session ends with the key that carries it.
    private mutating func expireKeys(of id: SessionID, at now: Instant) {
        for name in KeySlot.Name.allCases {
            guard let born = sessions[id]?.slots[name]?.born, born + Timing.rejectAfter <= now else { continue }
            wipeTraffic(of: name, in: id, at: now)
            guard name == .current, case .underWay(let attempt) = sessions[id]?.rekeying else { continue }
            self.end(attempt, .timedOut, at: now)
        }
    }

    private mutating func keepAlive(_ id: SessionID, at now: Instant, using random: inout SeededRandom) {
        guard sessions[id]?.slots.current?.isValid(at: now) == true else {
            sessions[id]?.rekeying = .due
            return emit(.rekeyDue(id, .outside))
        }
        sessions[id]?.lastSealed = now
        sendPadding(id, on: nil, at: now, using: &random)
    }

    /// The first moment at which `timeout` has something to do.
    var earliestDeadline: Instant {
        min(
            min(attempts.earliest { $0.deadline }, sessions.earliest { $0.deadline }),
            min(decisions.earliest { $0.end }, chains.earliest { $0.end }))
    }
}
