internal import Basics
internal import Calling
internal import ControlAPI
internal import Journal
internal import Mesh
internal import Paths
internal import Streams
internal import Transport

/// Time passes.
extension Device {
    /// When something must be done though nothing happens, and what it is.
    func nextDeadline() -> (moment: Instant, reason: String) {
        var soonest = (moment: Instant.distantFuture, reason: "nothing")
        func consider(_ deadline: Instant?, _ reason: String) {
            guard let deadline, deadline < soonest.moment else { return }
            soonest = (deadline, reason)
        }
        consider(endpointDeadline, "sessions")
        consider(switchboard.deadline, "calls")
        consider(journalDeadline, "journal")
        for link in links.values {
            consider(link.delivery.nextTimeout, "streams")
            consider(link.paths.nextTimeout, "paths")
            consider(link.answerDue, "answer")
            consider(link.attempt?.deadline, "attempt")
            consider(link.acceptanceDeadline, "invite")
            consider(link.ice.nextTimeout, "ice")
            consider(pathDeadline(of: link), "path")
            if isInCall(link) { consider(link.lastHeard.map { $0 + Self.silenceOfCall }, "silence") }
        }
        for series in waiting.pings { consider(deadline(of: series), "ping") }
        consider(nextRenewal, "certificate")
        consider(registrationDeadline, "introducers")
        consider(storeRetry, "store")
        for call in media.values { consider(call.nextTick, "figures") }
        if invites.invites.count > 0 { consider(nextInviteCheck, "invites") }
        return soonest
    }

    /// Without a session a ping waits for one, not for its own time.
    private func deadline(of series: PingSeries) -> Instant {
        series.current == nil && liveLink(to: series.peer) != nil ? min(series.next, series.deadline) : series.deadline
    }

    /// How long nothing may be heard of somebody in a call: path challenges alone come every five seconds.
    private static var silenceOfCall: Duration { .seconds(12) }

    private func isInCall(_ link: Link) -> Bool {
        guard link.session != nil, let peer = link.peer else { return false }
        return isInCall(with: peer)
    }

    /// Whether media may flow with `peer`.
    func isInCall(with peer: PeerID) -> Bool {
        switchboard.calls.values.contains { $0.participants[peer]?.isConnected == true }
    }

    /// Does what is due. A call that comes too early does nothing.
    mutating func timeout(_ context: inout Context) {
        let now = context.now
        endpoint.timeout(at: now, using: &context.random)
        switchboard.timeout(at: now)
        journal.timeout(at: context.moment, using: &context.random)
        for link in links.values {
            link.delivery.timeout(at: now)
            link.paths.timeout(at: now, using: &context.random)
            timeout(of: link, &context)
        }
        if registrations.timeout(at: now) { seekIntroducer(&context) }
        pingOnce(&context)
        for index in waiting.pings.indices.reversed() where waiting.pings[index].deadline <= now {
            finishPing(at: index, &context)
        }
        if nextRenewal <= now { renewCertificate(&context) }
        retryStore(at: now)
        tickCalls(&context)
        if nextInviteCheck <= now {
            nextInviteCheck = now + .seconds(60)  // they lapse at whole minutes
            expireInvites(&context)
        }
    }

    private mutating func timeout(of link: Link, _ context: inout Context) {
        let now = context.now
        link.ice.timeout(at: now)
        considerICE(of: link, &context)
        if let deadline = pathDeadline(of: link), deadline <= now, let peer = link.peer {
            link.pathlessSince = nil
            switchboard.unreachable(peer, at: now)
        }
        if let attempt = link.attempt, attempt.deadline <= now {
            endpoint.cancel(attempt.handshake, at: now)
            failed(link, attempt, &context)
        }
        if let deadline = link.acceptanceDeadline, deadline <= now {
            acceptanceFailed(link, ControlError(.unreachable), &context)
        }
        if let due = link.answerDue, due <= now {
            // Nothing came back: the peer may have lost the session, and a new handshake finds out (PROTOCOL §2).
            // While we accept an invite, the other side may not know us yet: then the invite is accepted again, by people.
            link.answerDue = nil
            if link.acceptanceDeadline == nil, let peer = link.peer, let device = contacts[peer]?.devices[link.remote] {
                _ = begin(link, at: device.addresses, &context)
            }
        }
        guard isInCall(link), let session = link.session, let peer = link.peer else { return }
        // Often enough: the upkeep of paths brings us here every few seconds.
        endpoint.noteUse(of: session, at: now)
        if let heard = link.lastHeard, now - heard >= Self.silenceOfCall { switchboard.unreachable(peer, at: now) }
    }

    /// Addresses of this machine came or went: every path is asked at once.
    mutating func networkChanged(_ context: inout Context) {
        for link in links.values {
            link.paths.networkChanged(at: context.now)
            link.ice.networkChanged(freshAgent(), at: context.now, using: &context.random)
        }
    }

    /// Certificates live 30 days; ours is made anew every day, so that no peer ever sees an old one.
    private mutating func renewCertificate(_ context: inout Context) {
        certificate = Certificate(of: identity, at: context.moment.wall)
        nextRenewal = context.now + .seconds(86_400)
    }
}
