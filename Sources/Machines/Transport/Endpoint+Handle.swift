public import Basics
public import Crypto
internal import Noise

/// Handshake packets that arrive.
extension Endpoint {
    /// Handles a packet of type 0xC1, 0xC2, 0xC3 or 0xC5. What is wrong with it is counted in `drops`.
    public mutating func handle(
        _ packet: RawSpan, from route: Route, at now: Instant, using random: inout SeededRandom
    ) {
        touchDeadline()
        do throws(DropReason) {
            switch PacketType(of: packet) {
            case .initiation: try receiveInitiation(packet, from: route, at: now, using: &random)
            case .response: try receiveResponse(packet, from: route, at: now, using: &random)
            case .cookie: try receiveCookie(packet, from: route, at: now)
            case .version: try receiveVersions(packet, at: now)
            case .transport, nil: throw .unknownType
            }
        } catch {
            drops.count(error)
        }
    }

    // MARK: Message 1

    /// From cheap to dear: length, mac1, budget, memory, and only then Diffie-Hellman.
    private mutating func receiveInitiation(
        _ packet: RawSpan, from route: Route, at now: Instant, using random: inout SeededRandom
    ) throws(DropReason) {
        let header = try InitiationHeader(parsing: packet)
        let signed = HandshakePacket.signed(of: packet)
        guard ConstantTime.isEqual(mac.mac1(signed).rawSpan, HandshakePacket.mac1(of: packet)) else { throw .wrongMAC }
        if route.isBarePort, header.isUnpadded(packet) { throw .unpadded }
        try admit(packet, from: header, at: route, at: now, using: &random)
        guard header.version == InitiationHeader.version else { throw answerVersion(of: packet, header, route) }
        let hash = SHA256.hash(signed)
        switch memory.recall(hash, at: now) {
        case .unknown: break
        case .seen: throw .duplicate
        case .answered(let answer): return send(answer, on: route)
        }
        guard
            let handshake = ResponderHandshake(
                reading: HandshakePacket.message(of: packet), as: identity, header: header, using: &random)
        else { throw .handshakeFailed }
        try consider(
            PendingInitiation(
                handshake: handshake, sender: header.sender, hash: hash, route: route, byteCount: packet.byteCount,
                end: now + Timing.decision), at: now)
    }

    private mutating func admit(
        _ packet: RawSpan, from header: InitiationHeader, at route: Route, at now: Instant,
        using random: inout SeededRandom
    ) throws(DropReason) {
        guard case .address(let address, _) = route else {
            guard budget.admit(route, isProven: false, at: now) == .admitted else { throw .overBudget }
            return
        }
        let cookie = cookies.cookie(of: address, at: now, using: &random)
        let covered = packet.extracting(droppingLast: PacketMAC.byteCount)
        let isProven = ConstantTime.isEqual(
            PacketMAC.mac2(covered, cookie: cookie).rawSpan, HandshakePacket.mac2(of: packet))
        switch budget.admit(route, isProven: isProven, at: now) {
        case .admitted: return
        case .refused: throw .overBudget
        case .cookie:
            let mac1 = [UInt8](HandshakePacket.mac1(of: packet))
            let answer = CookiePacket.make(
                to: header.sender, cookie: cookie, mac1: mac1, key: mac.cookieKey, using: &random)
            if answer.count <= packet.byteCount { emit(.transmit(answer, on: route)) }
            throw .cookieRequired
        }
    }

    private mutating func answerVersion(
        of packet: RawSpan, _ header: InitiationHeader, _ route: Route
    ) -> DropReason {
        let mac1 = [UInt8](HandshakePacket.mac1(of: packet))
        let answer = VersionPacket.make(to: header.sender, answering: mac1, mac: mac)
        if answer.count <= packet.byteCount, route.session == nil { emit(.transmit(answer, on: route)) }
        return .unknownVersion
    }

    /// Puts a valid message 1 before the node, at once or after our own has had its time.
    private mutating func consider(
        _ initiation: consuming PendingInitiation, at now: Instant
    ) throws(DropReason) {
        let peer = initiation.handshake.peer, hash = initiation.hash
        guard peer != publicKey else { throw .reflected }
        switch initiation.route {
        case .address, .introducer:
            guard !isOnTrial(with: peer, at: now) else { throw .crossed }
            guard !decisions.isFull else { throw .tableFull }
            memory.remember(hash, at: now)
            if let attempt = attemptBefore(hash, with: peer, at: now) {
                if attempts[attempt]?.isHolding == true { drops.count(.crossed) }
                attempts[attempt]?.held = consume initiation
                return
            }
        case .session(let session):
            try giveWay(to: peer, in: session, at: now)
            guard !decisions.isFull else { throw .tableFull }
            memory.remember(hash, at: now)
        }
        try surface(initiation)
    }

    mutating func surface(_ initiation: consuming PendingInitiation) throws(DropReason) {
        guard let token = decisions.freeKey else { throw .tableFull }
        emit(
            .initiation(
                ReceivedInitiation(
                    token: token, peer: initiation.handshake.peer, payload: initiation.handshake.payload,
                    route: initiation.route, answerByteCount: initiation.answerByteCount)))
        decisions.insert(initiation, as: token)
    }

    // MARK: Simultaneous initiation

    /// Whether a handshake of ours is done, but the peer was not heard under it yet. It chose ours, or will take up its
    /// own again; another one now could make the two sides choose differently.
    private func isOnTrial(with peer: Bytes32, at now: Instant) -> Bool {
        sessions.firstKey { session in
            guard session.peer == peer, session.slots.isCurrentOnTrial else { return false }
            return session.slots.current.read { $0.born }.map { now - $0 < Timing.trial } ?? false
        } != nil
    }

    /// Our attempt whose message 1 goes before the one with `hash`: the lower wins, for a while.
    private func attemptBefore(_ hash: Bytes32, with peer: Bytes32, at now: Instant) -> HandshakeID? {
        attempts.firstKey {
            $0.peer == peer && $0.session == nil && $0.hash < hash && now < $0.started + Timing.precedence
        }
    }

    /// A rekey by the peer inside a session: the side that began the chain goes first.
    private mutating func giveWay(to peer: Bytes32, in id: SessionID, at now: Instant) throws(DropReason) {
        guard sessions[id]?.isConfirmed == true else { throw .unknownIndex }
        guard sessions[id]?.peer == peer else { throw .wrongPeer }
        guard case .underWay(let attempt) = sessions[id]?.rekeying else { return }
        guard sessions[id]?.chain.role == .responder else { throw .crossed }
        end(attempt, .crossed(by: id), at: now)
    }

    /// Sends a message 2 to where its message 1 came from.
    mutating func send(_ answer: [UInt8], on route: Route) {
        switch route {
        case .address, .introducer: emit(.transmit(answer, on: route))
        case .session(let session): emit(.carry(session, answer))
        }
    }
}
