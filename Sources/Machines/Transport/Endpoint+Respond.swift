public import Basics
public import Crypto
internal import Noise

/// Answering a peer's message 1.
extension Endpoint {
    /// Answers message 1 with message 2, which goes to where message 1 came from, and again for each retry.
    ///
    /// `secrets` are those that message 1 names. `resuming` is the tag that it names; one that we do not know any more
    /// begins a new chain, which the peer will see. `isFresh`: the stamp is newer than the peer's last confirmed one.
    public mutating func respond(
        to token: InitiationToken, payload: [UInt8], sharing secrets: borrowing SharedSecrets, resuming: ResumeTag?,
        isFresh: Bool, at now: Instant, using random: inout SeededRandom
    ) throws(HandshakeError) -> Response {
        touchDeadline()
        guard let limit = decisions[token]?.answerByteCount else { throw .unknownInitiation }
        guard payload.count <= limit else { throw .payloadTooLong(limit: limit) }
        guard var initiation = decisions.remove(token) else { throw .unknownInitiation }
        let peer = initiation.handshake.peer
        guard budget.answer(peer, at: now) else {
            drops.count(.overBudget)
            throw .overBudget
        }
        let link = resuming.flatMap { self.link($0, with: peer) }
        if case .session(let session) = initiation.route, link?.session != session { throw .notAContinuation }
        guard hasRoom(for: link, with: peer, isFresh: isFresh, at: now),
            let index = indexes.free(at: now, using: &random)
        else {
            memory.forget(initiation.hash)
            throw .tableFull
        }
        let header = ResponseHeader(sender: index, receiver: initiation.sender)
        let psk = secrets.psk(resume: resume(of: link))
        guard let message = initiation.handshake.write(payload, header: header, psk: psk) else { throw .invalidKey }
        let packet = HandshakePacket.make(header: header.bytes, message: message, mac: PacketMAC(of: peer))
        let handshake = Handshake(
            peer: peer, message: initiation.hash, isOurs: false, local: index, remote: initiation.sender, link: link,
            route: initiation.route)
        memory.keep(packet, to: handshake.message)
        send(packet, on: handshake.route)
        let session = offer(handshake, initiation.finish(), isFresh: isFresh, at: now)
        return Response(session: session, isContinuation: link != nil)
    }

    /// Lets a message 1 pass in silence, its retries included.
    public mutating func ignore(_ token: InitiationToken) {
        decisions.remove(token)
        touchDeadline()
    }

    /// Whether there is a place for the session, which is made if need be.
    private mutating func hasRoom(
        for link: ChainLink?, with peer: Bytes32, isFresh: Bool, at now: Instant
    ) -> Bool {
        link?.session != nil || (makeRoomForUnconfirmed(with: peer, isFresh: isFresh, at: now) && !sessions.isFull)
    }

    /// The half-open table is bounded, in all and for one peer. What may be a replay goes first; a peer's own older
    /// handshakes go before it is refused.
    private mutating func makeRoomForUnconfirmed(with peer: Bytes32, isFresh: Bool, at now: Instant) -> Bool {
        let all = sessions.keys.filter { sessions[$0]?.isConfirmed == false }
        let own = all.filter { sessions[$0]?.peer == peer }
        if own.count >= limits.unconfirmedPerPeer {
            guard let victim = oldest(own, stale: true) ?? (isFresh ? oldest(own, stale: false) : nil) else {
                return false
            }
            close(victim, .evicted, at: now)
        } else if all.count >= limits.unconfirmed {
            guard let victim = oldest(all, stale: true) else { return false }
            close(victim, .evicted, at: now)
        }
        return true
    }

    private func oldest(_ ids: [SessionID], stale: Bool) -> SessionID? {
        let candidates = ids.compactMap { id -> (id: SessionID, until: Instant)? in
            guard case .unconfirmed(let until, let isFresh) = sessions[id].read({ $0.stage }), isFresh != stale else {
                return nil
            }
            return (id, until)
        }
        return candidates.min { ($0.until, $0.id) < ($1.until, $1.id) }?.id
    }

    /// Puts the keys where the peer's first packet will find them.
    private mutating func offer(
        _ handshake: Handshake, _ outcome: consuming HandshakeOutcome, isFresh: Bool, at now: Instant
    ) -> SessionID {
        let stage = Session.Stage.unconfirmed(until: now + Timing.attempt, isFresh: isFresh)
        let id =
            handshake.link?.session
            ?? insertSession(
                with: handshake.peer, chain: handshake.chain(hash: outcome.hash), stage: stage, at: now)
        if sessions[id]?.isConfirmed == false { sessions[id]?.stage = stage }
        let slot = makeSlot(handshake, outcome, in: id, at: now)
        retire(sessions[id]?.slots.offer(slot), at: now)
        return id
    }

    /// The keys of a finished handshake, ready for its session.
    mutating func makeSlot(
        _ handshake: Handshake, _ outcome: consuming HandshakeOutcome, in id: SessionID, at now: Instant
    ) -> KeySlot {
        if handshake.link == nil { sessions[id]?.pairingSecret = outcome.pairing.copy() }
        indexes.give(handshake.local, to: .session(id))
        let windowCount = sessions[id]?.windowCount ?? ReplayWindow.callCount
        return KeySlot(handshake, outcome, windowCount: windowCount, at: now)
    }
}

extension PendingInitiation {
    fileprivate consuming func finish() -> HandshakeOutcome { handshake.finish() }
}
