public import Basics
public import Mesh

extension Switchboard {
    /// A message about a call came from `peer`, whom the session has authenticated. `fresh` is the identifier that a
    /// call which begins with it gets on this machine, and `media` is what we would send in it. `prepared` is the call that
    /// we are about to make to them: what rings meanwhile rings as that.
    ///
    /// What fits no call of ours is ignored: the call may have ended while the message was on its way. But who answers
    /// a call that we no longer know, or is in one that we have lost, is told, or would wait in it alone.
    public mutating func received(
        _ message: CallMessage, from peer: PeerID, fresh: CallID, instead prepared: CallID? = nil,
        media: [MediaDescription], at now: Instant
    ) {
        if case .offer(let lifetime, let theirs) = message.body {
            offered(message.call, lifetime, theirs, by: peer, (fresh, prepared), media: media, at: now)
        } else if let call = call(onWire: message.call, with: peer), let participant = call.participants[peer] {
            received(message.body, in: call, from: participant, at: now)
        } else if let cause = message.body.causeWithoutCall {
            emit(.send(CallMessage(call: message.call, .end(cause)), to: peer))
        }
    }

    /// Turns an offer away before it is looked at: its sender causes too much.
    public mutating func refuse(_ message: CallMessage, from peer: PeerID) {
        guard case .offer = message.body, call(onWire: message.call, with: peer) == nil else { return }
        emit(.send(CallMessage(call: message.call, .reject(.refused)), to: peer))
    }

    private mutating func received(
        _ body: CallMessage.Body, in call: Call, from participant: Participant, at now: Instant
    ) {
        let peer = participant.peer
        switch body {
        case .offer: break  // handled before there is a call
        case .ringing:
            guard participant.state == .offered else { return }
            move(call.id, peer, to: .ringingThere, until: participant.deadline)
            emit(.report(.ringing(call.id, peer)))
        case .accept(let media):
            guard participant.state == .offered || participant.state == .ringingThere else { return }
            calls.update(call.id) { $0.participants.update(peer) { $0.media = media } }
            move(call.id, peer, to: .recordingJoin)
            record(.join, call, peer)
        case .reject(let cause):
            guard participant.state == .offered || participant.state == .ringingThere else { return }
            finish(call.id, peer, Self.causeOfRejection(cause), at: now)
        case .end(let cause): finish(call.id, peer, Self.cause(of: cause, from: participant, in: call), at: now)
        case .mute(let kind, let isMuted):
            guard participant.isHeard, participant.muted.contains(kind) != isMuted else { return }
            calls.update(call.id) { call in
                call.participants.update(peer) { if isMuted { $0.muted.insert(kind) } else { $0.muted.remove(kind) } }
            }
            tellMutes(of: peer, in: call.id, at: now)
        case .source(let kind, let isRunning):
            guard participant.isHeard, participant.running.contains(kind) != isRunning else { return }
            calls.update(call.id) { call in
                call.participants.update(peer) {
                    if isRunning { $0.running.insert(kind) } else { $0.running.remove(kind) }
                }
            }
            emit(.report(.source(call.id, peer, kind, isRunning: isRunning)))
        }
    }

    /// Tells front ends what `peer` has muted, as often as that may be told; the rest waits for its time.
    mutating func tellMutes(of peer: PeerID, in id: CallID, at now: Instant) {
        for kind in MediaKind.allCases {
            guard let participant = calls[id]?.participants[peer] else { return }
            let isMuted = participant.muted.contains(kind)
            guard participant.isHeard, isMuted != participant.toldMuted.contains(kind) else { continue }
            var isToldNow = false
            calls.update(id) { call in
                call.participants.update(peer) { participant in
                    isToldNow = participant.muteNews.take(at: now)
                    guard isToldNow else { return }
                    if isMuted { participant.toldMuted.insert(kind) } else { participant.toldMuted.remove(kind) }
                }
            }
            if isToldNow { emit(.report(.muted(id, peer, kind, isMuted))) }
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

    private static func cause(of theirs: EndCause, from participant: Participant, in call: Call) -> EndCause {
        switch participant.state {
        case .ringingHere: .missed
        case .crossed, .recordingAnswer: call.direction == .incoming ? .missed : causeOfRejection(theirs)
        case .recordingOffer, .reaching, .offered, .ringingThere: causeOfRejection(theirs)
        case .recordingJoin, .connected, .ended:
            switch theirs {
            case .shutdown, .journalFailed, .mediaFailed, .peerVanished: theirs
            case .hangup, .remoteHangup, .declined, .busy, .noAnswer, .cancelled, .missed, .unreachable, .refused:
                .remoteHangup
            }
        }
    }

    // MARK: Offers

    private mutating func offered(
        _ wireID: CallID, _ lifetime: Duration, _ theirs: [MediaDescription], by peer: PeerID,
        _ id: (fresh: CallID, prepared: CallID?), media: [MediaDescription], at now: Instant
    ) {
        guard call(onWire: wireID, with: peer) == nil else { return }  // the same offer again
        if let cause = cause(ofOver: wireID, peer) {
            emit(.send(CallMessage(call: wireID, .reject(cause)), to: peer))
            return
        }
        if let own = calls.values.first(where: { $0.participants[peer]?.isDialling == true }) {
            cross(own, wireID, theirs, with: peer, fresh: id.fresh)
            return
        }
        // Whoever calls us anew has lost the call that we still believe in: a crash is the usual reason.
        for old in calls.values {
            guard let participant = old.participants[peer], !participant.isEnded else { continue }
            finish(old.id, peer, Self.cause(ofLosing: participant, in: old), at: now)
        }
        if let cause = reasonToTurnAway(peer, at: now) ?? (lifetime > .zero ? nil : .missed) {
            if cause == .missed { remember(unansweredOf: peer, at: now) }
            turnAway(wireID, peer, fresh: id.fresh, cause)
        } else {
            ring(wireID, lifetime, theirs, by: peer, as: id.prepared ?? id.fresh, media: media, at: now)
        }
    }

    /// Both sides call each other: the lower call id wins (PROTOCOL §2). When theirs wins, our call becomes the answer
    /// to it: our people wanted to talk to them anyway. When ours wins, they do the same. An offer of ours that has not
    /// gone out yet crosses nothing, so theirs is answered whatever its id.
    private mutating func cross(
        _ own: Call, _ wireID: CallID, _ theirs: [MediaDescription], with peer: PeerID, fresh: CallID
    ) {
        guard own.participants.count == 1 else { return turnAway(wireID, peer, fresh: fresh, .busy) }
        switch own.participants[peer]?.state {
        case .recordingOffer:
            adopt(wireID, theirs, for: own, with: peer)
            move(own.id, peer, to: .crossed)
        case .reaching: answerTheirs(wireID, theirs, instead: own, with: peer)
        case .offered, .ringingThere:
            if wireID < own.wireID { answerTheirs(wireID, theirs, instead: own, with: peer) }
        case .crossed, .recordingJoin, .ringingHere, .recordingAnswer, .connected, .ended, nil: break
        }
    }

    private mutating func answerTheirs(
        _ wireID: CallID, _ theirs: [MediaDescription], instead own: Call, with peer: PeerID
    ) {
        adopt(wireID, theirs, for: own, with: peer)
        move(own.id, peer, to: .recordingAnswer)
        guard let call = calls[own.id] else { return }
        record(.join, call, peer)
    }

    private mutating func adopt(
        _ wireID: CallID, _ theirs: [MediaDescription], for own: Call, with peer: PeerID
    ) {
        calls.update(own.id) { call in
            call.wireID = wireID
            call.participants.update(peer) { $0.media = theirs }
        }
    }

    private mutating func reasonToTurnAway(_ peer: PeerID, at now: Instant) -> EndCause? {
        if hasTooManyUnanswered(peer, at: now) { return .refused }
        return calls.isEmpty ? nil : .busy
    }

    private mutating func turnAway(_ wireID: CallID, _ peer: PeerID, fresh: CallID, _ cause: EndCause) {
        emit(.send(CallMessage(call: wireID, .reject(cause)), to: peer))
        emit(.note(CallRecord(act: .refused(cause), call: fresh, wireID: wireID, peer: peer)))
        emit(.report(.turnedAway(peer, cause)))
        remember(over: wireID, peer, cause)
    }

    private mutating func ring(
        _ wireID: CallID, _ lifetime: Duration, _ theirs: [MediaDescription], by peer: PeerID, as id: CallID,
        media: [MediaDescription], at now: Instant
    ) {
        let deadline = now + min(lifetime, policy.ringDuration, CallPolicy.longestLifetime)
        var participant = Participant(peer: peer, state: .ringingHere, deadline: deadline)
        participant.media = theirs
        var participants = OrderedMap<PeerID, Participant>()
        participants[peer] = participant
        let call = Call(
            id: id, wireID: wireID, direction: .incoming, media: media, participants: participants, began: now)
        calls[id] = call
        note(.ring, call, peer)
        emit(.send(CallMessage(call: wireID, .ringing), to: peer))
        emit(.report(.incoming(id, peer)))
    }
}
