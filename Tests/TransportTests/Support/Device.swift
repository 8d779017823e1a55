import Basics
import Crypto

@testable import Transport

/// One device of a test: an endpoint, and a node that answers every peer unless it is told otherwise.
///
/// Payloads of message 1 are `[0]`, or `[1]` and the tag that they continue.
final class Device {
    enum Policy { case answer, ignore, wait }

    var endpoint: Endpoint
    var random: SeededRandom
    let key: Bytes32
    /// This device's address, by which others see it.
    let address: SocketAddress
    var policy = Policy.answer
    /// The pairing secret with everybody, one byte repeated.
    var pairing: UInt8?
    /// Whether stamps count as fresh.
    var isFresh = true
    /// Whether a new key is made as soon as it is due.
    var rekeysAlone = true

    /// All outputs but `wait`, and those since the last look.
    private(set) var outputs: [Output] = []
    private(set) var deadline = Instant.distantFuture
    private(set) var received: [(number: PacketNumber, text: [UInt8])] = []
    private(set) var tokens: [ReceivedInitiation] = []
    /// Packets that wait to be put on the wire.
    var outbox: [Parcel] = []

    /// Something on its way to a peer.
    struct Parcel {
        enum Content {
            /// A datagram.
            case packet([UInt8])
            /// A message on the reliable control stream.
            case control([UInt8])
        }

        let content: Content
        let peer: Bytes32
    }

    /// The device whose key is made of `number`, in the life that `seed` tells from others.
    init(_ number: UInt8, seed: UInt64 = 0, limits: Limits = Limits(), at now: Instant = .zero) {
        random = SeededRandom(seed: seed << 8 | UInt64(number))
        let secret = SecretBytes(copying: [UInt8](repeating: number, count: 32).rawSpan)
        endpoint = Endpoint(key: secret, limits: limits, at: now, using: &random)
        key = endpoint.publicKey
        address = SocketAddress(IPAddress(v4: 0xC000_0200 + UInt32(number)), port: 4_000)
    }

    var secrets: SharedSecrets {
        SharedSecrets(pairing: pairing.map { SecretBytes(copying: [UInt8](repeating: $0, count: 32).rawSpan) })
    }

    // MARK: What the node does

    @discardableResult
    func initiate(
        to peer: Device, resuming: Bool = false, retry: RetrySchedule = .call, at now: Instant
    ) throws -> HandshakeID {
        let tag = resuming ? endpoint.resumption(with: peer.key) : nil
        let id = try endpoint.initiate(
            to: peer.key, payload: Self.payload(tag), sharing: secrets, resuming: tag, retry: retry, at: now,
            using: &random)
        destinations[id] = peer.key
        drain(at: now)
        return id
    }

    func rekey(_ session: SessionID, at now: Instant) throws {
        let peer = try endpoint.info(session).orThrow().peer
        try endpoint.rekey(
            session, payload: Self.payload(endpoint.resumption(with: peer)), sharing: secrets, at: now, using: &random)
        drain(at: now)
    }

    var confirmedSessions: [SessionID] { endpoint.sessions.keys.filter { endpoint.sessions[$0]?.isConfirmed == true } }

    func session(with peer: Device) -> SessionID? { endpoint.session(with: peer.key) }

    /// Seals `text` as frames of stream 0.
    @discardableResult
    func send(_ text: [UInt8], on session: SessionID, at now: Instant) throws(SealError) -> PacketNumber {
        defer { drain(at: now) }
        let (number, packet) = try seal([2] + text, on: session, at: now)
        if let peer = endpoint.info(session)?.peer { outbox.append(Parcel(content: .packet(packet), peer: peer)) }
        return number
    }

    /// Seals any plaintext under any class.
    func seal(
        _ plaintext: [UInt8], on session: SessionID, as permit: PermitClass = .control,
        in scope: PermitScope = .session, at now: Instant
    ) throws(SealError) -> (PacketNumber, [UInt8]) {
        var packet = [UInt8](repeating: 0, count: 8) + plaintext + [UInt8](repeating: 0, count: 16)
        var slot = packet.mutableRawSpan
        let sealed = try endpoint.seal(
            plaintext.count, in: &slot, for: session, as: permit, in: scope, at: now, using: &random)
        return (sealed.number, packet)
    }

    func respond(to initiation: ReceivedInitiation, at now: Instant) throws {
        let tag = initiation.payload.first == 1 ? ResumeTag(Array(initiation.payload[1..<9])) : nil
        _ = try endpoint.respond(
            to: initiation.token, payload: [9, 9], sharing: secrets, resuming: tag, isFresh: isFresh, at: now,
            using: &random)
        drain(at: now)
    }

    private static func payload(_ tag: ResumeTag?) -> [UInt8] {
        let meaning = tag.map { [1] + $0.bytes } ?? [0]
        return meaning + [UInt8](repeating: 0, count: Endpoint.initiationPayloadByteCount - meaning.count)
    }

    // MARK: What arrives

    func receive(_ content: Parcel.Content, from peer: Device, at now: Instant) {
        switch content {
        case .packet(let packet): receive(packet, from: peer, at: now)
        case .control(let bytes):
            guard let session = session(with: peer) else { return }
            endpoint.handle(bytes.rawSpan, from: .session(session), at: now, using: &random)
        }
        drain(at: now)
    }

    @discardableResult
    func receive(_ packet: [UInt8], from peer: Device, at now: Instant) -> Opened? {
        defer { drain(at: now) }
        guard packet.first == 0xC4 else {
            endpoint.handle(
                packet.rawSpan, from: peer.route, at: now, using: &random)
            return nil
        }
        var datagram = packet
        var bytes = datagram.mutableRawSpan
        guard let opened = try? endpoint.open(&bytes, at: now) else { return nil }
        if opened.payload == .frames {
            received.append((opened.number, Array(datagram[opened.plaintext].dropFirst())))
        }
        return opened
    }

    /// The route by which others reach this device.
    var route: Route { .address(address, port: 4_000) }

    func timeout(at now: Instant) {
        endpoint.timeout(at: now, using: &random)
        drain(at: now)
    }

    // MARK: What comes out

    /// Whom each attempt goes to, and each route leads to.
    private var destinations: [HandshakeID: Bytes32] = [:]
    var peers: [Route: Bytes32] = [:]

    func drain(at now: Instant) {
        while true {
            let output = endpoint.poll()
            if case .wait(let until) = output {
                deadline = until
                return
            }
            outputs.append(output)
            act(on: output, at: now)
        }
    }

    private func act(on output: Output, at now: Instant) {
        switch output {
        case .transmit(let packet, let route):
            if let peer = peers[route] { outbox.append(Parcel(content: .packet(packet), peer: peer)) }
        case .sendInitiation(let id):
            guard let peer = destinations[id], let route = peers.first(where: { $0.value == peer })?.key,
                let packet = endpoint.initiation(id, on: route)
            else { return }
            outbox.append(Parcel(content: .packet(packet), peer: peer))
        case .transmitSealed(let padding):
            guard let peer = endpoint.info(padding.session)?.peer else { return }
            outbox.append(Parcel(content: .packet(padding.bytes), peer: peer))
        case .carry(let session, let bytes):
            guard let peer = endpoint.info(session)?.peer else { return }
            outbox.append(Parcel(content: .control(bytes), peer: peer))
        case .initiation(let initiation): decide(initiation, at: now)
        case .rekeyDue(let session, .inside): if rekeysAlone { pendingRekeys.append(session) }
        case .rekeyDue(_, .outside), .established, .ended, .versions, .confirmed, .rekeyed, .voided, .closed, .wait:
            break
        }
        if !pendingRekeys.isEmpty, !isRekeying {
            isRekeying = true
            defer { isRekeying = false }
            while let session = pendingRekeys.popLast() { try? rekey(session, at: now) }
        }
    }

    private var pendingRekeys: [SessionID] = []
    private var isRekeying = false

    private func decide(_ initiation: ReceivedInitiation, at now: Instant) {
        tokens.append(initiation)
        switch policy {
        case .answer: try? respond(to: initiation, at: now)
        case .ignore: endpoint.ignore(initiation.token)
        case .wait: break
        }
    }

    func forgetOutputs() { outputs.removeAll() }

    func takeOutbox() -> [Parcel] {
        defer { outbox.removeAll() }
        return outbox
    }
}

struct Missing: Error {}

extension Optional {
    func orThrow() throws -> Wrapped {
        guard let self else { throw Missing() }
        return self
    }
}
