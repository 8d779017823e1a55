public import Basics

/// What one session knows of its packets: which of the peer's came (receipts), what became of its own (loss recovery), and the
/// streams that rest on both. It lives as long as the session: rekeys only start a new epoch of counters.
///
/// After each input: drain `streams.poll`, then call `writePacket` until it answers nil. Every packet that the session
/// seals is entered by `sent`, every one that it opens by `received`, media too.
public struct Delivery: ~Copyable, Sendable {
    /// The streams: what is written to them goes out with `writePacket`.
    public var streams: StreamMultiplexer
    private var receipts = ReceiptCollector()
    private var ledger: SentPackets
    private var probes = 0
    /// When the pacer lets the next packet go that it has held back.
    private var pacedUntil: Instant?
    private var isDrafting = false

    /// The delivery of a session in which we are `side`. Both ends must be given the same `limits`.
    public init(
        side: Side, limits: StreamLimits = .standard, controller: any CongestionController.Type = NewReno.self
    ) {
        streams = StreamMultiplexer(side: side, limits: limits)
        ledger = SentPackets(controller: controller)
    }

    // MARK: - Receiving

    /// A packet was opened and its content taken without a violation. `firstByte` is that of its plaintext.
    public mutating func received(_ number: PacketNumber, firstByte: UInt8, at now: Instant) {
        receipts.received(number, ReceiptUrgency(firstByte: firstByte), at: now)
    }

    /// Takes a plaintext of kind 0x01, first byte included. `acknowledged` is called for each path on which packets are newly
    /// known to have arrived, with its round trip. When it throws, the session must be closed.
    public mutating func handle(
        receipts plaintext: RawSpan, at now: Instant, acknowledged: (PathID, Duration) -> Void
    ) throws(StreamViolation) {
        let report = try ReceiptReport(parsing: plaintext)
        let epoch = try ledger.handle(report, owner: &streams, at: now)
        receipts.confirm(by: report, epoch: epoch)
        for index in ledger.paths.indices where ledger.paths[index].isAcknowledged {
            acknowledged(ledger.paths[index].id, ledger.paths[index].roundTrip.smoothed)
        }
    }

    /// Takes a plaintext of kind 0x02, first byte included: see `StreamMultiplexer.handle(frames:receiving:)`.
    public mutating func handle(
        frames plaintext: RawSpan, receiving open: PermitClasses
    ) throws(StreamViolation) {
        try streams.handle(frames: plaintext, receiving: open)
    }

    // MARK: - Sending

    /// Writes one plaintext for `path` into `payload`, first byte included; nil when nothing is due or the path has no room.
    /// `open` are the classes whose sending permit is open; on a path of kind `signal`, control alone.
    ///
    /// The draft must be given to `sent` or `discard` before the next call.
    public mutating func writePacket(
        into payload: inout MutableRawSpan, on path: PathID, sending open: PermitClasses, at now: Instant
    ) -> PacketDraft? {
        precondition(!isDrafting)
        let room = payload.byteCount
        var writer = PayloadWriter(payload._mutatingExtracting(0..<room))
        if receipts.hasReport, let reported = receipts.write(&writer, at: now) {
            return draft(writer.byteCount, .control, .receipts(reported))
        }
        let isProbe = probes > 0
        guard room > 1, isProbe || (streams.hasFrames(for: open) && hasRoom(for: room, on: path, at: now))
        else { return nil }
        writer.uint8(PlaintextKind.frames)
        let permit = streams.writeFrames(&writer, sending: open)
        if writer.byteCount == 1 {
            guard isProbe else { return nil }
            writer.uint8(FrameType.ping)
        }
        return draft(writer.byteCount, permit, .frames(isProbe: isProbe))
    }

    private mutating func draft(_ byteCount: Int, _ permit: PermitClass, _ content: PacketDraft.Content) -> PacketDraft
    {
        isDrafting = true
        return PacketDraft(byteCount: byteCount, permit: permit, content: content)
    }

    /// Whether congestion control and pacer let a packet with `byteCount` bytes of plaintext go.
    private mutating func hasRoom(for byteCount: Int, on path: PathID, at now: Instant) -> Bool {
        let whole = byteCount + Self.overhead
        pacedUntil = ledger.update(path, owner: &streams) { path in
            guard path.inFlightByteCount + whole <= path.controller.window else { return .distantFuture }
            return path.pacer.delay(
                whole, window: path.controller.window, roundTrip: path.roundTrip.smoothed, at: now)
        }
        return pacedUntil == nil
    }

    /// RFC 9002 §6.2.4: one or two.
    private static let probesAtATime = 2
    /// Header and tag of a transport packet (PROTOCOL §3).
    private static let overhead = 24

    /// The draft was sealed as packet `number` and left on `path`; the datagram has `byteCount` bytes.
    public mutating func sent(
        _ draft: PacketDraft, as number: PacketNumber, byteCount: Int, on path: PathID, at now: Instant
    ) {
        precondition(isDrafting)
        isDrafting = false
        switch draft.content {
        case .receipts(let reported):
            receipts.sent(reported, as: number)
            record(number, [], asksForReceipt: false, byteCount, path, now)
        case .frames(let isProbe):
            if isProbe { probes -= 1 }
            record(number, streams.written, asksForReceipt: true, byteCount, path, now)
        }
    }

    /// The draft could not be sealed: what it carried is due again.
    public mutating func discard(_ draft: PacketDraft) {
        precondition(isDrafting)
        isDrafting = false
        switch draft.content {
        case .receipts(let reported): receipts.discard(reported)
        case .frames: for frame in streams.written { streams.lost(frame) }
        }
    }

    /// A packet that others wrote was sealed as `number` and left on `path`. Every packet is to be entered, in the order of
    /// sealing (padding may come late): a counter that is not known here counts as left out, and a receipt for it closes
    /// the session.
    public mutating func sent(
        _ packet: OtherPacket, as number: PacketNumber, byteCount: Int, on path: PathID, at now: Instant
    ) {
        record(number, [], asksForReceipt: packet.asksForReceipt, byteCount, path, now)
        if packet.asksForReceipt { receipts.joined(at: now) }
    }

    private mutating func record(
        _ number: PacketNumber, _ frames: [SentFrame], asksForReceipt: Bool, _ byteCount: Int, _ path: PathID,
        _ now: Instant
    ) {
        ledger.record(
            number, carrying: frames, asksForReceipt: asksForReceipt, byteCount: byteCount, on: path, owner: &streams,
            at: now)
    }

    /// Nothing that was sealed under the keys from `epoch` on was or will be opened (handshakes crossed): it is lost, and
    /// goes out again under the other key of that epoch.
    public mutating func void(epoch: UInt32) {
        ledger.void(epoch: epoch, owner: &streams)
        receipts.void(epoch: epoch)
    }

    // MARK: - Paths

    /// Takes the round trip of a handshake or challenge until packets have given one.
    public mutating func seedRoundTrip(_ roundTrip: Duration, of path: PathID) {
        ledger.update(path, owner: &streams) { $0.roundTrip.seed(roundTrip) }
    }

    /// The path is down: what is under way on it is lost, and goes out on another.
    public mutating func abandon(_ path: PathID) { ledger.abandon(path, owner: &streams) }

    /// Figures of a path; nil when nothing was sent on it.
    public func statistics(of path: PathID) -> PathStatistics? {
        ledger.paths.first { $0.id == path }?.figures
    }

    // MARK: - Time

    /// When `timeout` is next to be called; `.distantFuture` when nothing is awaited.
    public var nextTimeout: Instant {
        min(ledger.nextTimeout, receipts.nextTimeout ?? .distantFuture, pacedUntil ?? .distantFuture)
    }

    /// Time has passed. An early call does nothing.
    public mutating func timeout(at now: Instant) {
        receipts.timeout(at: now)
        probes = min(probes + ledger.timeout(owner: &streams, at: now), Self.probesAtATime)
        if let until = pacedUntil, until <= now { pacedUntil = nil }
    }
}
