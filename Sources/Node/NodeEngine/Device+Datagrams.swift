internal import Basics
internal import Crypto
internal import Mesh
internal import Paths
internal import RTP
internal import Streams
internal import Transport
internal import Trust

/// Datagrams in and out. Media passes here without an allocation.
extension Device {
    // MARK: In

    /// Handles one datagram from `source`; a media packet that may be played is given back, still in place.
    ///
    /// What is wrong with a datagram is counted and changes nothing.
    mutating func receive(
        _ datagram: inout MutableRawSpan, from ends: PathEnds, _ context: inout Context
    ) -> ReceivedMedia? {
        guard datagram.byteCount > 0, datagram.bytes.byte(at: 0) == PacketType.transport.rawValue else {
            handleHandshake(datagram.bytes, from: ends, &context)
            return nil
        }
        guard let opened = try? endpoint.open(&datagram, at: context.now), let link = sessions[opened.session] else {
            return nil
        }
        if opened.isConfirmation { pollEndpoint(&context) }
        guard link.session == opened.session else { return nil }
        return handle(datagram.bytes, opened, on: link, from: ends, &context)
    }

    private mutating func handleHandshake(_ packet: RawSpan, from ends: PathEnds, _ context: inout Context) {
        guard let route = route(of: ends) else { return }
        let before = currentEnds
        currentEnds = ends
        endpoint.handle(packet, from: route, at: context.now, using: &context.random)
        pollEndpoint(&context)
        currentEnds = before
    }

    /// How a handshake packet came. ICE carries none: where there is a pair there is a session.
    private func route(of ends: PathEnds) -> Route? {
        switch ends {
        case .addresses(_, let remote): .address(remote, port: settings.port)
        case .route(let route): circuits[route].map { .introducer($0.introducer) }
        case .agent: nil
        }
    }

    private mutating func handle(
        _ datagram: RawSpan, _ opened: Opened, on link: Link, from ends: PathEnds, _ context: inout Context
    ) -> ReceivedMedia? {
        link.lastHeard = context.now
        link.answerDue = nil
        if link.attempt != nil { heardMeanwhile(link, context) }
        link.byteCounts.received += datagram.byteCount
        let plaintext = datagram.extracting(opened.plaintext)
        guard !plaintext.isEmpty else { return nil }
        let first = plaintext.byte(at: 0)
        let isMedia = (128...191).contains(first)
        guard
            let path = link.paths.received(
                byteCount: datagram.byteCount, from: ends, isData: first != 0x04, at: context.now,
                using: &context.random)
        else {
            context.drops.count(.tooManyPaths)
            return nil
        }
        do {
            var received: ReceivedMedia?
            switch first {
            case 0x00: break
            case 0x01:
                // A closure that borrows the link may not change it: the acknowledgements are few and collected first.
                let now = context.now
                try link.delivery.handle(receipts: plaintext, at: now) { path, roundTrip in
                    link.paths.acknowledged(path, roundTrip: roundTrip, at: now)
                }
            case 0x02: try link.delivery.handle(frames: plaintext, receiving: link.receivable)
            case 0x04: try link.paths.handle(challenge: plaintext, on: path, at: context.now)
            default:
                if isMedia {
                    received = receive(media: plaintext, at: opened.plaintext.lowerBound, on: link, &context)
                } else {
                    context.drops.count(.unknownPayload)
                }
            }
            link.delivery.received(opened.number, firstByte: first, at: context.now)
            return received
        } catch {
            // Authentic but against the rules: this peer is broken or hostile, and the session with it ends (PROTOCOL §5).
            context.log(.warning, "a session is closed: its peer broke the rules of the protocol (\(error))")
            drop(link, because: .requested, &context)
            return nil
        }
    }

    // MARK: Out

    /// Sends what is due on every link, as far as its paths allow.
    mutating func flush(_ context: inout Context) {
        for link in links.values { flush(link, &context) }
    }

    /// Sends what is due on a link.
    mutating func flush(_ link: Link, _ context: inout Context) {
        guard let session = link.session else { return }
        while let path = link.paths.activeForControl, writePacket(link, session, path, &context) {}
    }

    /// Writes, seals and queues one packet of receipts or stream frames; false when nothing is due or may go.
    private mutating func writePacket(
        _ link: Link, _ session: SessionID, _ path: PathID, _ context: inout Context
    ) -> Bool {
        guard let ends = link.paths.info(path)?.ends, link.paths.allows(Self.datagramByteCount, on: path)
        else { return false }
        let now = context.now
        return context.append(ends) { slot, random in
            var payload = slot._mutatingExtracting(Self.headerByteCount..<Self.headerByteCount + Self.payloadByteCount)
            guard
                let draft = link.delivery.writePacket(
                    into: &payload, on: path, sending: PermitClasses(.control), at: now)
            else { return nil }
            guard
                let sealed = try? endpoint.seal(
                    draft.byteCount, in: &slot, for: session, as: draft.permit, at: now, using: &random)
            else {
                link.delivery.discard(draft)
                return nil
            }
            link.delivery.sent(
                draft, as: sealed.number, byteCount: sealed.byteCount,
                on: path, at: now)
            noteSent(sealed.byteCount, asksForReceipt: draft.asksForReceipt, on: path, of: link, at: now)
            return sealed.byteCount
        }
    }

    /// A sealed packet leaves: what it means for the path, and by when an answer is due.
    func noteSent(_ byteCount: Int, asksForReceipt: Bool, on path: PathID, of link: Link, at now: Instant) {
        link.paths.sent(byteCount: byteCount, asksForReceipt: asksForReceipt, on: path, at: now)
        link.byteCounts.sent += byteCount
    }

    /// Seals one plaintext that `write` puts into the slot (first byte included) and queues it on `path`; nil when it
    /// cannot be sealed or queued. Allocates nothing.
    mutating func seal(
        on link: Link, path: PathID, as permit: PermitClass, scope: PermitScope = .session, kind: OtherPacket,
        _ context: inout Context, _ write: (inout MutableRawSpan) -> Int
    ) -> Bool {
        guard let session = link.session, let ends = link.paths.info(path)?.ends else { return false }
        let now = context.now
        return context.append(ends) { slot, random in
            var payload = slot._mutatingExtracting(Self.headerByteCount..<slot.byteCount - Self.tagByteCount)
            let byteCount = write(&payload)
            guard
                let sealed = try? endpoint.seal(
                    byteCount, in: &slot, for: session, as: permit, in: scope, at: now, using: &random)
            else { return nil }
            link.delivery.sent(
                kind, as: sealed.number, byteCount: sealed.byteCount,
                on: path, at: now)
            noteSent(sealed.byteCount, asksForReceipt: kind.asksForReceipt, on: path, of: link, at: now)
            return sealed.byteCount
        }
    }

    /// The largest datagram: what every path on the Internet carries (DESIGN, `wire-and-media` §1.6).
    static var datagramByteCount: Int { 1_200 }
    private static var headerByteCount: Int { 8 }
    private static var tagByteCount: Int { 16 }
    private static var payloadByteCount: Int { datagramByteCount - headerByteCount - tagByteCount }
}
