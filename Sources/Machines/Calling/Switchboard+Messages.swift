public import Basics
public import Mesh

extension Switchboard {
    /// A message about a call came from `peer`, whom the session has authenticated. `fresh` is the identifier that a
    /// call which begins with it gets on this machine, and `media` is what we would send in it.
    ///
    /// What fits no call of ours is ignored: the call may have ended while the message was on its way.
    public mutating func received(
        _ message: CallMessage, from peer: PeerID, fresh: CallID, media: [MediaDescription], at now: Instant
    ) {
        if case .offer(let lifetime, let theirs) = message.body {
            offered(message.call, lifetime, theirs, by: peer, fresh: fresh, media: media, at: now)
        } else if let call = call(onWire: message.call, with: peer), let participant = call.participants[peer] {
            received(message.body, in: call, from: participant, at: now)
        }
    }

    private mutating func received(
        _ body: CallMessage.Body, in call: Call, from participant: Participant, at now: Instant
    ) {
        let peer = participant.peer
        switch body {
        case .offer: break  // handled before there is a call
        case .ringing:
            guard participant.state == .offered else { return }
            move(call.id, peer, to: .ringingThere)
            emit(.report(.ringing(call.id, peer)))
        case .accept(let media):
            guard participant.state == .offered || participant.state == .ringingThere else { return }
            calls.update(call.id) { $0.participants.update(peer) { $0.media = media } }
            move(call.id, peer, to: .recordingJoin)
            record(.join, call, peer)
        case .reject(let cause):
            guard participant.state == .offered || participant.state == .ringingThere else { return }
            finish(call.id, peer, Self.causeOfRejection(cause), at: now)
        case .end(let cause): finish(call.id, peer, Self.cause(of: cause, in: participant.state), at: now)
        case .mute(let kind, let isMuted):
            calls.update(call.id) { call in
                call.participants.update(peer) { if isMuted { $0.muted.insert(kind) } else { $0.muted.remove(kind) } }
            }
            emit(.report(.muted(call.id, peer, kind, isMuted)))
        case .source(let kind, let isRunning):
            calls.update(call.id) { call in
                call.participants.update(peer) {
                    if isRunning { $0.running.insert(kind) } else { $0.running.remove(kind) }
                }
            }
            emit(.report(.source(call.id, peer, kind, isRunning: isRunning)))
        }
    }

    /// A peer may give only the causes that are its to give.
    private static func causeOfRejection(_ cause: EndCause) -> EndCause {
        switch cause {
        case .busy, .refused, .journalFailed, .shutdown: cause
        case .missed, .noAnswer: .noAnswer
        case .hangup, .remoteHangup, .declined, .cancelled, .unreachable, .peerVanished, .mediaFailed: .declined
        }
    }

    private static func cause(of theirs: EndCause, in state: Participant.State) -> EndCause {
        switch state {
        case .ringingHere, .recordingAnswer: .missed
        case .recordingOffer, .reaching, .offered, .ringingThere: causeOfRejection(theirs)
        case .recordingJoin, .connected, .ended:
            theirs == .shutdown || theirs == .journalFailed || theirs == .mediaFailed ? theirs : .remoteHangup
        }
    }

    // MARK: Offers

    private mutating func offered(
        _ wireID: CallID, _ lifetime: Duration, _ theirs: [MediaDescription], by peer: PeerID, fresh: CallID,
        media: [MediaDescription], at now: Instant
    ) {
        guard call(onWire: wireID, with: peer) == nil else { return }  // the same offer again
        if let own = calls.values.first(where: { $0.participants[peer]?.isDialling == true }) {
            cross(own, wireID, theirs, with: peer)
            return
        }
        // Whoever calls us anew has lost the call that we still believe in: a crash is the usual reason.
        for old in calls.values where old.participants[peer]?.isEnded == false {
            finish(old.id, peer, .peerVanished, at: now)
        }
        if let cause = reasonToTurnAway(peer, at: now) {
            turnAway(wireID, peer, fresh: fresh, cause)
        } else {
            ring(wireID, lifetime, theirs, by: peer, fresh: fresh, media: media, at: now)
        }
    }

    /// Both sides call each other: the lower call id wins (PROTOCOL §2). When theirs wins, our call becomes the answer
    /// to it: our people wanted to talk to them anyway. When ours wins, they do the same.
    private mutating func cross(_ own: Call, _ wireID: CallID, _ theirs: [MediaDescription], with peer: PeerID) {
        guard wireID < own.wireID, own.participants.count == 1 else { return }
        guard let state = own.participants[peer]?.state, state != .recordingOffer else {
            // Our own entry is still being written; it is the grant that the answer needs.
            calls.update(own.id) { $0.wireID = wireID }
            calls.update(own.id) { $0.participants.update(peer) { $0.media = theirs } }
            move(own.id, peer, to: .recordingAnswer)
            return
        }
        calls.update(own.id) { call in
            call.wireID = wireID
            call.deadline = nil
            call.participants.update(peer) { $0.media = theirs }
        }
        move(own.id, peer, to: .recordingAnswer)
        guard let call = calls[own.id] else { return }
        record(.join, call, peer)
    }

    private mutating func reasonToTurnAway(_ peer: PeerID, at now: Instant) -> EndCause? {
        if hasTooManyUnanswered(peer, at: now) { return .refused }
        return calls.isEmpty ? nil : .busy
    }

    private mutating func turnAway(_ wireID: CallID, _ peer: PeerID, fresh: CallID, _ cause: EndCause) {
        emit(.send(CallMessage(call: wireID, .reject(cause)), to: peer))
        emit(.note(CallRecord(act: .refused(cause), call: fresh, wireID: wireID, peer: peer)))
        emit(.report(.turnedAway(peer, cause)))
    }

    private mutating func ring(
        _ wireID: CallID, _ lifetime: Duration, _ theirs: [MediaDescription], by peer: PeerID, fresh: CallID,
        media: [MediaDescription], at now: Instant
    ) {
        var participant = Participant(peer: peer, state: .ringingHere)
        participant.media = theirs
        var participants = OrderedMap<PeerID, Participant>()
        participants[peer] = participant
        let call = Call(
            id: fresh, wireID: wireID, direction: .incoming, media: media, participants: participants, began: now,
            deadline: now + min(lifetime, policy.ringDuration, CallPolicy.longestLifetime))
        calls[fresh] = call
        note(.ring, call, peer)
        emit(.send(CallMessage(call: wireID, .ringing), to: peer))
        emit(.report(.incoming(fresh, peer)))
    }
}
