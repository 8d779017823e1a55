internal import Basics
internal import CBench
internal import Crypto
internal import Transport

extension Benchmark {
    /// One packet through a session, sealed by one endpoint and opened by the other: index, permit, counter and replay
    /// window included, beside libsodium sealing and opening the same in a loop of C.
    static var sessionPackets: [Benchmark] {
        [1200, 120].map { byteCount in Benchmark("session-\(byteCount)") { try measureSession(byteCount) } }
    }

    /// Allocations for one packet through a session: none.
    static let sessionAllocations = Benchmark("mallocs-session") {
        let repetitions = 10_000
        var pair = try SessionPair(), packet = [UInt8](repeating: 0, count: 1_536)
        var slot = packet.mutableRawSpan
        pair.exchange(1200, count: repetitions, in: &slot)
        let count = Allocations.count { pair.exchange(1200, count: repetitions, in: &slot) }
        return Measurement(value: Double(count) / Double(repetitions), unit: "mallocs", limit: 0, n: repetitions)
    }

    private static func measureSession(_ byteCount: Int) throws -> Measurement {
        let repetitions = 500, rounds = 200
        let key = [UInt8](0..<32)
        var pair = try SessionPair(), datagram = [UInt8](repeating: 0, count: 1_536), opened = 0
        var packet = [UInt8](repeating: 1, count: byteCount + 16), sealed = packet
        unsafe bench_seal(&sealed, byteCount, key, 1)
        return Comparison(rounds: rounds) {
            var slot = datagram.mutableRawSpan
            pair.exchange(byteCount, count: repetitions, in: &slot)
        } limit: {
            unsafe bench_seal(&packet, byteCount, key, UInt64(repetitions))
            opened += unsafe Int(bench_open(&packet, sealed, sealed.count, key, UInt64(repetitions)))
        }.time(repetitions: repetitions)
    }
}

/// Two endpoints with a session between them, on which the first may send media.
private struct SessionPair: ~Copyable {
    private struct NoSession: Error {}

    private var caller: Endpoint
    private var callee: Endpoint
    private var random: SeededRandom
    private let session: SessionID

    init() throws {
        var random = SeededRandom(seed: 1)
        var caller = Endpoint(key: random.secretBytes(32), at: .zero, using: &random)
        var callee = Endpoint(key: random.secretBytes(32), at: .zero, using: &random)
        let route = Route.introducer(.zero)
        let attempt = try caller.initiate(
            to: callee.publicKey, payload: [], sharing: SharedSecrets(), at: .zero, using: &random)
        let message1 = caller.initiation(attempt, on: route) ?? []
        callee.handle(message1.rawSpan, from: route, at: .zero, using: &random)
        guard case .initiation(let initiation) = callee.poll() else { throw NoSession() }
        _ = try callee.respond(
            to: initiation.token, payload: [], sharing: SharedSecrets(), resuming: nil, isFresh: true, at: .zero,
            using: &random)
        guard case .transmit(let message2, _) = callee.poll() else { throw NoSession() }
        caller.handle(message2.rawSpan, from: route, at: .zero, using: &random)
        guard let session = caller.session(with: callee.publicKey) else { throw NoSession() }
        try caller.open(PermitGrant(decidedByTrust: .media, scope: .call(1), direction: .sending), on: session)
        self.caller = caller
        self.callee = callee
        self.random = random
        self.session = session
    }

    /// Seals and opens `count` packets of `byteCount` bytes in `slot`.
    mutating func exchange(_ byteCount: Int, count: Int, in slot: inout MutableRawSpan) {
        for _ in 0..<count {
            slot.storeBytes(of: 0x80, toByteOffset: Endpoint.plaintextOffset, as: UInt8.self)
            guard
                let sealed = try? caller.seal(
                    byteCount, in: &slot, for: session, as: .media, in: .call(1), at: .zero, using: &random)
            else { preconditionFailure("the session seals") }
            var datagram = slot._mutatingExtracting(first: sealed.byteCount)
            guard (try? callee.open(&datagram, at: .zero)) != nil else { preconditionFailure("the session opens") }
        }
    }
}
