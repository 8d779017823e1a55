public import Basics
public import Crypto

/// Sealed packets: the hot path.
extension Endpoint {
    /// Opens a packet of type 0xC4 in place. What is wrong with it is thrown, and counted in `drops`.
    public mutating func open(
        _ datagram: inout MutableRawSpan, at now: Instant
    ) throws(DropReason) -> Opened {
        do throws(DropReason) {
            return try unlock(&datagram, at: now)
        } catch {
            drops.count(error)
            throw error
        }
    }

    @inline(__always)
    private mutating func unlock(_ datagram: inout MutableRawSpan, at now: Instant) throws(DropReason) -> Opened {
        let header = try TransportHeader(parsing: datagram.bytes)
        guard case .session(let id) = indexes[header.receiver] else { throw .unknownIndex }
        guard let (epoch, payload, news) = try sessions[id]?.open(&datagram, header, at: now) else {
            throw .unknownIndex
        }
        let wasConfirmed = sessions[id]?.isConfirmed == true
        switch news {
        case .none: break
        case .confirmed: promote(id, at: now)
        case .heard: noteHeard(id, at: now)
        }
        if sessions[id]?.isRekeyDue(after: payload, at: now) == true { emit(.rekeyDue(id, .inside)) }
        return Opened(
            session: id, number: PacketNumber(epoch: epoch, counter: header.counter), payload: payload,
            plaintext: TransportHeader.byteCount..<(datagram.byteCount - TransportHeader.tagByteCount),
            isConfirmation: !wasConfirmed)
    }

    /// Seals a packet in place: its plaintext of `plaintextByteCount` bytes stands at `plaintextOffset`, and 16 bytes
    /// behind it are free.
    ///
    /// It goes under `permit` in `scope`, which must be open and fit the plaintext's first byte. A packet of frames
    /// holds those of stream 0 and of at most one class and scope beside it, which is the one to name.
    /// Precondition: the plaintext is not empty, and `slot` has room for the packet.
    public mutating func seal(
        _ plaintextByteCount: Int, in slot: inout MutableRawSpan, for id: SessionID, as permit: PermitClass,
        in scope: PermitScope = .session, at now: Instant, using random: inout SeededRandom
    ) throws(SealError) -> Sealed {
        precondition(plaintextByteCount > 0)
        precondition(slot.byteCount >= plaintextByteCount + TransportHeader.overhead)
        guard let payload = PayloadType(firstByte: slot.bytes.byte(at: TransportHeader.byteCount)), payload.fits(permit)
        else { throw .wrongClass }
        guard let isPermitted = sessions[id]?.permits.isOpen(permit, in: scope, .sending) else { throw .noSession }
        guard isPermitted else { throw .notPermitted }
        do throws(SealError) {
            guard
                let number = try sessions[id]?.seal(plaintextByteCount, in: &slot, payload, at: now, using: &random)
            else { throw .noSession }
            if sessions[id]?.isRekeyDue(after: payload, at: now) == true { emit(.rekeyDue(id, .inside)) }
            return Sealed(number: number, byteCount: plaintextByteCount + TransportHeader.overhead)
        } catch {
            if error == .noKey, payload.isUse { askForKey(id) }
            throw error
        }
    }

    /// Data waits, and no key is left: a new one can come from outside only.
    private mutating func askForKey(_ id: SessionID) {
        guard sessions[id]?.rekeying == Session.Rekeying.none else { return }
        sessions[id]?.rekeying = .due
        emit(.rekeyDue(id, .outside))
    }

    // MARK: What a packet shows

    /// The peer opened with the keys of its own handshake: they are the session's from now on, and every other
    /// handshake with this device is over.
    private mutating func promote(_ id: SessionID, at now: Instant) {
        guard let peer = sessions[id]?.peer, let epoch = sessions[id]?.slots.next?.epoch else { return }
        let isFirst = sessions[id]?.isConfirmed == false
        // Of all that we sealed from this epoch on, under one rival of ours or two, the peer has opened nothing.
        let isVoided = sessions[id]?.slots.isCurrentRivalled == true
        for attempt in attempts.keys where attempts[attempt]?.peer == peer {
            end(attempt, .crossed(by: id), at: now)
        }
        retire(sessions[id]?.slots.takePreviousRival(), at: now)
        retire(sessions[id]?.slots.promote(), at: now)
        sessions[id]?.confirmation = nil
        sessions[id]?.noteRenewed(at: now)
        if isVoided { emit(.voided(id, epoch: epoch)) }
        emit(isFirst ? .confirmed(id) : .rekeyed(id, epoch: epoch))
        for other in sessions.keys where other != id && sessions[other]?.peer == peer {
            close(other, .superseded(by: id), at: now)
        }
        forgetChains(with: peer)
        touchDeadline()
    }

    /// The peer opened with the keys of our handshake: it chose ours.
    private mutating func noteHeard(_ id: SessionID, at now: Instant) {
        guard let peer = sessions[id]?.peer, let born = sessions[id]?.slots.current?.born else { return }
        sessions[id]?.confirmation = nil
        // What was answered since our handshake was done is no rival of it: the peer began anew.
        if let rival = sessions[id]?.slots.next?.born, rival <= born {
            retire(sessions[id]?.slots.next.take(), at: now)
        }
        for other in sessions.keys where other != id && sessions[other]?.peer == peer {
            if let rival = sessions[other]?.slots.next?.born, rival > born { continue }
            close(other, .superseded(by: id), at: now)
        }
        touchDeadline()
    }

    // MARK: Padding

    /// Sends a packet of nothing, on the way that `route` names.
    mutating func sendPadding(
        _ id: SessionID, on route: Route?, at now: Instant, using random: inout SeededRandom
    ) {
        var packet = [UInt8](repeating: 0, count: TransportHeader.overhead + 1)
        var slot = packet.mutableRawSpan
        guard let sealed = try? seal(1, in: &slot, for: id, as: .control, at: now, using: &random) else { return }
        emit(.transmitSealed(SealedPadding(session: id, number: sealed.number, bytes: packet, route: route)))
    }

    /// Shows the peer our keys, at once and again until it is heard.
    mutating func confirm(
        _ id: SessionID, by route: Route?, at now: Instant, using random: inout SeededRandom
    ) {
        sessions[id]?.confirmation = Session.Confirmation(due: now, route: route)
        repeatConfirmation(id, at: now, using: &random)
    }

    mutating func repeatConfirmation(_ id: SessionID, at now: Instant, using random: inout SeededRandom) {
        guard var confirmation = sessions[id]?.confirmation, confirmation.due <= now else { return }
        sendPadding(id, on: confirmation.route, at: now, using: &random)
        confirmation.count += 1
        confirmation.due =
            now + RetrySchedule.call.interval(afterMessage: confirmation.count, using: &random)
        sessions[id]?.confirmation =
            confirmation.count < Session.Confirmation.maximumCount ? confirmation : nil
    }
}
