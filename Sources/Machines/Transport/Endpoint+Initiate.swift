public import Basics
public import Crypto
internal import Noise

/// Handshakes that we begin.
extension Endpoint {
    /// Begins a handshake over routes. `Output.sendInitiation` says when to send message 1, at once and for retries.
    ///
    /// `payload` is message 1's, padding included: `initiationPayloadByteCount` bytes where a bare port is among the
    /// routes. `secrets` are those that it names. `resuming` is the tag that it names, which `resumption(with:)` just gave;
    /// a peer that does not know it any more answers all the same, and `Establishment.isContinuation` is then false.
    public mutating func initiate(
        to peer: Bytes32, payload: [UInt8], sharing secrets: borrowing SharedSecrets, resuming: ResumeTag? = nil,
        retry: RetrySchedule = .steady, at now: Instant, using random: inout SeededRandom
    ) throws(HandshakeError) -> HandshakeID {
        if let attempt = attempts.firstKey(where: { $0.peer == peer && $0.session == nil }) {
            throw .underWay(attempt)
        }
        let known = resuming.flatMap { self.link($0, with: peer) }
        let link = known?.slot == .current ? known : nil
        // The chain goes on outside; a rekey inside would compete for the same place in it.
        if let session = link?.session, case .underWay(let rekey) = sessions[session]?.rekeying {
            end(rekey, .cancelled, at: now)
        }
        let id = try begin(
            with: peer, payload, secrets, link: link, within: nil, retry: retry, at: now, using: &random)
        emit(.sendInitiation(id))
        return id
    }

    /// Makes a new key through the session itself; `Output.carry` has the messages. Call it on `Output.rekeyDue`, or
    /// at any time. `payload` names `resumption(with:)`.
    public mutating func rekey(
        _ session: SessionID, payload: [UInt8], sharing secrets: borrowing SharedSecrets, at now: Instant,
        using random: inout SeededRandom
    ) throws(HandshakeError) {
        guard sessions[session]?.isConfirmed == true, sessions[session]?.slots.current?.isValid(at: now) == true,
            let peer = sessions[session]?.peer, let tag = sessions[session]?.slots.current?.tag
        else { throw .noSession }
        if let attempt = attempts.firstKey(where: { $0.peer == peer }) { throw .underWay(attempt) }
        let id = try begin(
            with: peer, payload, secrets, link: link(tag, with: peer), within: session, retry: .steady,
            at: now, using: &random)
        sessions[session]?.rekeying = .underWay(id)
        if let packet = attempts[id]?.packet { emit(.carry(session, packet)) }
    }

    /// Message 1 of an attempt as it goes on `route`; nil when the attempt is over.
    public func initiation(_ id: HandshakeID, on route: Route) -> [UInt8]? {
        attempts[id].read { $0.packet(on: route) }
    }

    /// Gives an attempt up. What the peer began meanwhile comes up at once.
    public mutating func cancel(_ id: HandshakeID, at now: Instant) { end(id, .cancelled, at: now) }

    private mutating func begin(
        with peer: Bytes32, _ payload: [UInt8], _ secrets: borrowing SharedSecrets, link: ChainLink?,
        within session: SessionID?, retry: RetrySchedule, at now: Instant, using random: inout SeededRandom
    ) throws(HandshakeError) -> HandshakeID {
        touchDeadline()
        let limit = Self.initiationPayloadByteCount
        guard payload.count <= limit else { throw .payloadTooLong(limit: limit) }
        guard let id = attempts.freeKey, let index = indexes.free(at: now, using: &random) else { throw .tableFull }
        let header = InitiationHeader(sender: index)
        guard
            let handshake = InitiatorHandshake(
                to: peer, as: identity, header: header, payload: payload, using: &random)
        else { throw .invalidKey }
        let psks = Attempt.PSKs(
            continuing: link == nil ? nil : secrets.psk(resume: resume(of: link)), plain: secrets.psk(resume: nil))
        attempts.insert(
            Attempt(
                peer: peer, header: header, handshake: handshake, link: link, psks: psks, session: session,
                schedule: retry, at: now), as: id)
        indexes.give(index, to: .attempt(id))
        attempts[id]?.noteSent(at: now, using: &random)
        return id
    }

    // MARK: Answers

    mutating func receiveResponse(
        _ packet: RawSpan, from route: Route, at now: Instant, using random: inout SeededRandom
    ) throws(DropReason) {
        let header = try ResponseHeader(parsing: packet)
        let code = mac.mac1(HandshakePacket.signed(of: packet))
        guard ConstantTime.isEqual(code.rawSpan, HandshakePacket.mac1(of: packet)) else { throw .wrongMAC }
        let id = try attempt(of: header.receiver, at: now)
        guard attempts[id]?.session == route.session else { throw .wrongPeer }
        guard let answer = attempts[id]?.read(HandshakePacket.message(of: packet), header) else {
            throw .handshakeFailed
        }
        establish(id, answer, header, route, at: now, using: &random)
    }

    mutating func receiveCookie(_ packet: RawSpan, from route: Route, at now: Instant) throws(DropReason) {
        let id = try attempt(of: CookiePacket.receiver(of: packet), at: now)
        guard route.session == nil, let cookie = attempts[id]?.openCookie(packet) else { throw .handshakeFailed }
        attempts[id]?.keep(cookie, of: route)
        if let initiation = attempts[id]?.packet(on: route) { emit(.transmit(initiation, on: route)) }
    }

    mutating func receiveVersions(_ packet: RawSpan, at now: Instant) throws(DropReason) {
        let id = try attempt(of: VersionPacket.receiver(of: packet), at: now)
        guard let versions = attempts[id]?.readVersions(packet) else { throw .handshakeFailed }
        guard attempts[id]?.hasReportedVersions == false else { throw .duplicate }
        attempts[id]?.hasReportedVersions = true
        emit(.versions(id, versions))
    }

    /// The attempt that has `index`, if it may spend work on one more answer.
    private mutating func attempt(of index: SessionIndex, at now: Instant) throws(DropReason) -> HandshakeID {
        guard case .attempt(let id) = indexes[index] else { throw .unknownIndex }
        guard attempts[id]?.answerBudget.take(at: now) == true else { throw .overBudget }
        return id
    }

    // MARK: Success

    private mutating func establish(
        _ id: HandshakeID, _ answer: Attempt.Answer, _ header: ResponseHeader, _ route: Route, at now: Instant,
        using random: inout SeededRandom
    ) {
        guard var attempt = attempts.remove(id) else { return }
        if attempt.isHolding { drops.count(.crossed) }
        let handshake = Handshake(
            peer: attempt.peer, message: attempt.hash, isOurs: true, local: attempt.index, remote: header.sender,
            link: answer.isContinuation ? attempt.link : nil, route: route)
        let outcome = attempt.handshake.finish()
        let alive = handshake.link?.session.flatMap { sessions[$0] == nil ? nil : $0 }
        if alive == nil, sessions.isFull {
            indexes.release(handshake.local, at: now)
            return emit(.ended(id, .tableFull))
        }
        let session =
            alive
            ?? insertSession(
                with: handshake.peer, chain: handshake.chain(hash: outcome.hash), stage: .confirmed, at: now)
        let slot = makeSlot(handshake, outcome, in: session, at: now)
        retire(sessions[session]?.slots.install(slot), at: now)
        settle(with: handshake.peer, on: session, message: handshake.message, at: now)
        sessions[session]?.noteRenewed(at: now)
        emit(
            .established(
                Establishment(
                    handshake: id, session: session, isContinuation: handshake.link != nil, payload: answer.payload,
                    route: route)))
        if alive != nil, let epoch = handshake.link?.epoch { emit(.rekeyed(session, epoch: epoch)) }
        confirm(session, by: route.session == nil ? route : nil, at: now, using: &random)
    }

    /// There is one session with a device. Handshakes of the peer's that lost to ours are over; one that our own had
    /// gone before stays until the peer is heard, because the peer may have chosen it.
    private mutating func settle(with peer: Bytes32, on id: SessionID, message: Bytes32, at now: Instant) {
        if let next = sessions[id]?.slots.next?.message, next < message {
            retire(sessions[id]?.slots.next.take(), at: now)
        }
        for other in sessions.keys where other != id && sessions[other]?.peer == peer {
            let isStillPossible =
                sessions[other]?.isConfirmed == false
                && sessions[other]?.slots.next?.message ?? message > message
            if !isStillPossible { close(other, .superseded(by: id), at: now) }
        }
        forgetChains(with: peer)
    }
}
