public import Basics
public import Crypto
internal import Noise

/// The sessions and what is known of them.
extension Endpoint {
    private static let callLabel = Array("parley/1 call".utf8)

    /// The session with a device that seals or could seal; nil while there is none that is confirmed.
    public func session(with peer: Bytes32) -> SessionID? {
        sessions.firstKey { $0.peer == peer && $0.isConfirmed }
    }

    /// What is known of a session; nil when it is gone.
    public func info(_ id: SessionID) -> SessionInfo? {
        sessions[id].read {
            SessionInfo(
                peer: $0.peer, role: $0.chain.role, isConfirmed: $0.isConfirmed,
                epoch: $0.slots.current.read { $0.epoch }, firstHandshakeHash: $0.chain.firstHandshakeHash)
        }
    }

    /// What SAS, consent, receipts and evidence of a call bind to: fixed for the chain (PROTOCOL §2).
    public func callBinding(of id: SessionID, call: RawSpan) -> Bytes32? {
        guard let hash = sessions[id].read({ $0.chain.firstHandshakeHash }) else { return nil }
        var binding = SHA256()
        binding.update(Self.callLabel.rawSpan)
        hash.withBytes { binding.update($0) }
        binding.update(call)
        return binding.finalize()
    }

    /// What the two devices share from the chain's first handshake on. Given once.
    public mutating func takePairingSecret(of id: SessionID) -> SecretBytes? { sessions[id]?.pairingSecret.take() }

    /// Keeps a session with an introducer, mailbox or relay while nobody uses it: padding each 25 s, and a new key only
    /// just before the old one is refused.
    public mutating func setRegistered(_ isRegistered: Bool, _ id: SessionID, at now: Instant) {
        sessions[id]?.isRegistered = isRegistered
        sessions[id]?.lastUse = now
        touchDeadline()
    }

    /// The session is used though nothing is sent: a call goes on in silence.
    public mutating func noteUse(of id: SessionID, at now: Instant) { sessions[id]?.lastUse = now }

    /// Tells the newest 65,536 counters of the peer apart from now on: for bulk streams.
    public mutating func widenReplayWindow(of id: SessionID) {
        sessions[id]?.windowCount = ReplayWindow.bulkCount
        for name in KeySlot.Name.allCases {
            sessions[id]?.slots[name]?.traffic?.widenWindow(to: ReplayWindow.bulkCount)
        }
    }

    /// What a receipt of `counter` under the key whose epoch ends in `epoch` says. When it is `skipped` or `notSent`, the
    /// peer acknowledges what it did not receive: close the session.
    public func verdict(on counter: UInt32, epoch: UInt8, of id: SessionID) -> CounterVerdict {
        sessions[id].read { $0.verdict(on: counter, epoch: epoch) } ?? .forgotten
    }

    /// Ends a session, and its chain with it.
    public mutating func close(_ id: SessionID, at now: Instant) { close(id, .requested, at: now) }

    /// The machine slept: every key is wiped. Sessions stay for as long as their chain can be continued, 10 minutes from
    /// their last use; `Output.rekeyDue` asks for a handshake when data waits. Call it before `timeout`.
    public mutating func dropKeys(at now: Instant) {
        for id in sessions.keys {
            guard sessions[id]?.isConfirmed == true else {
                close(id, .unconfirmed, at: now)
                continue
            }
            for name in KeySlot.Name.allCases { wipeTraffic(of: name, in: id, at: now) }
            sessions[id]?.isSuspended = true
            sessions[id]?.confirmation = nil
        }
        for attempt in attempts.keys where attempts[attempt]?.session != nil { end(attempt, .cancelled, at: now) }
        touchDeadline()
    }

    /// Every session, attempt and chain is wiped: the identity is locked, or the machine started anew.
    public mutating func forgetAll(at now: Instant) {
        for attempt in attempts.keys {
            attempts[attempt]?.held = nil
            end(attempt, .cancelled, at: now)
        }
        for id in sessions.keys { close(id, .forgotten, at: now) }
        for token in decisions.keys { decisions.remove(token) }
        for chain in chains.keys { chains.remove(chain) }
        touchDeadline()
    }

    // MARK: Chains

    /// The tag of what continues the chain with a device, to be named in message 1; nil when there is nothing to continue.
    public func resumption(with peer: Bytes32) -> ResumeTag? {
        if let id = session(with: peer), let tag = sessions[id].read({ $0.slots.tag }) { return tag }
        guard let id = chains.firstKey(where: { $0.peer == peer }) else { return nil }
        return chains[id].read { $0.slots.tag }
    }

    /// Where a handshake ties on that names `tag`; nil when we do not know it, or not any more.
    func link(_ tag: ResumeTag, with peer: Bytes32) -> ChainLink? {
        for id in sessions.keys {
            let link = sessions[id].read {
                $0.peer == peer ? $0.slots.link(tag, of: $0.chain, in: .session(id)) : nil
            }
            if let link { return link }
        }
        for id in chains.keys {
            let link = chains[id].read {
                $0.peer == peer ? $0.slots.link(tag, of: $0.chain, in: .dormant(id)) : nil
            }
            if let link { return link }
        }
        return nil
    }

    /// A copy of what continues the chain at `link`.
    func resume(of link: ChainLink?) -> SecretBytes? {
        guard let link else { return nil }
        switch link.holder {
        case .session(let id):
            switch sessions[id] {
            case .some(let session): return session.slots.resume(in: link.slot)
            case .none: return nil
            }
        case .dormant(let id):
            switch chains[id] {
            case .some(let chain): return chain.slots.resume(in: link.slot)
            case .none: return nil
            }
        }
    }

    mutating func forgetChains(with peer: Bytes32) {
        while let id = chains.firstKey(where: { $0.peer == peer }) { chains.remove(id) }
    }

    // MARK: Coming and going

    /// Precondition: there is room.
    mutating func insertSession(
        with peer: Bytes32, chain: Session.Chain, stage: Session.Stage, at now: Instant
    ) -> SessionID {
        guard let id = sessions.freeKey else { preconditionFailure("the table of sessions has room") }
        sessions.insert(Session(peer: peer, chain: chain, stage: stage, at: now), as: id)
        return id
    }

    mutating func close(_ id: SessionID, _ reason: CloseReason, at now: Instant) {
        for name in KeySlot.Name.allCases {
            if let message = sessions[id]?.slots[name]?.message { memory.withdrawAnswer(to: message) }
            wipeTraffic(of: name, in: id, at: now)
        }
        guard let session = sessions.remove(id) else { return }
        if case .underWay(let attempt) = session.rekeying { end(attempt, .sessionClosed, at: now) }
        if reason == .idle { rest(session, at: now) }
        emit(.closed(id, reason))
        touchDeadline()
    }

    /// Keeps what continues the chain of a session that nobody used.
    private mutating func rest(_ session: consuming Session, at now: Instant) {
        let end = session.lastUse + Timing.resume
        guard end > now else { return }
        forgetChains(with: session.peer)
        if chains.isFull, let oldest = chains.keys.min(by: { chainEnd($0) < chainEnd($1) }) { chains.remove(oldest) }
        guard let id = chains.freeKey else { return }
        chains.insert(
            DormantChain(peer: session.peer, chain: session.chain, slots: session.slots, end: end), as: id)
    }

    func chainEnd(_ id: DormantChain.ID) -> Instant { chains[id].read { $0.end } ?? .distantFuture }

    /// Ends an attempt. What the peer began meanwhile comes up, unless it is what ended the attempt.
    mutating func end(_ id: HandshakeID, _ reason: HandshakeEnd, at now: Instant) {
        guard var attempt = attempts.remove(id) else { return }
        touchDeadline()
        indexes.release(attempt.index, at: now)
        for session in sessions.keys where sessions[session]?.peer == attempt.peer {
            sessions[session]?.noteEnded(id)
        }
        emit(.ended(id, reason))
        guard let held = attempt.held.take() else { return }
        switch reason {
        case .crossed: drops.count(.crossed)
        case .timedOut, .cancelled, .sessionClosed, .tableFull:
            do throws(DropReason) { try surface(held) } catch { drops.count(error) }
        }
    }

    /// Lets go of a handshake that has no place any more, and whose message 1 is not answered again: what nobody needs any
    /// more would only tell who asks that we are here.
    mutating func retire(_ slot: consuming KeySlot?, at now: Instant) {
        guard let slot else { return }
        if let index = slot.localIndex { indexes.release(index, at: now) }
        if !slot.isOurs { memory.withdrawAnswer(to: slot.message) }
    }

    mutating func wipeTraffic(of name: KeySlot.Name, in id: SessionID, at now: Instant) {
        if let index = sessions[id]?.slots.wipeTraffic(of: name) { indexes.release(index, at: now) }
    }
}

extension KeySlots {
    /// What the next message 1 of ours names.
    fileprivate var tag: ResumeTag? { current.read { $0.tag } }

    fileprivate func link(
        _ tag: ResumeTag, of chain: Session.Chain, in holder: ChainLink.Holder
    ) -> ChainLink? {
        guard let slot = name(continuing: tag), let epoch = self[slot].read({ $0.epoch }) else { return nil }
        return ChainLink(holder: holder, slot: slot, chain: chain, epoch: epoch &+ 1)
    }

    fileprivate func resume(in name: KeySlot.Name) -> SecretBytes? {
        switch self[name] {
        case .some(let slot): slot.resume.copy()
        case .none: nil
        }
    }
}
