import Basics
import TestSupport
import Testing

@testable import Transport

/// Two devices in a storm of loss, duplication, reordering and corruption, whose nodes do anything at any time; then a
/// calm in which they must find each other again. What must never happen is checked throughout.
@Suite struct StormTests {
    @Test("nothing false is delivered, nothing twice, and the calm brings one session", arguments: UInt64(0)..<24)
    func storm(seed: UInt64) throws {
        let storm = Storm(seed: seed)
        while storm.wire.now < .zero + .seconds(240) {
            storm.step()
            storm.check()
        }
        try storm.calm()
    }
}

private final class Storm {
    let seed: UInt64
    let wire: Wire
    private let devices: [Device]
    private var random: SplitMix
    private var sent: [Bytes32: Set<[UInt8]>] = [:]
    private var seen: [Bytes32: Int] = [:]
    private var delivered: [Bytes32: Set<[UInt8]>] = [:]
    private var count: UInt32 = 0
    /// Who sealed under which index and counter.
    private var nonces: Set<[UInt8]> = []

    init(seed: UInt64) {
        self.seed = seed
        random = SplitMix(seed: seed)
        devices = [Device(1, seed: seed), Device(2, seed: seed)]
        wire = Wire(devices[0], devices[1])
        for device in devices { device.pairing = 7 }
        // A random half of the faults is off, the rest has a random strength.
        let faults = (0..<4).map { _ in Bool.random(using: &random) ? Double.random(in: 0...0.3, using: &random) : 0 }
        let spread = Int.random(in: 1...1_500, using: &random)
        var chance = SplitMix(seed: seed ^ 0xFEED)
        wire.fate = { [weak self] packet, sender, receiver in
            guard let self else { return [] }
            self.note(packet, of: sender)
            func happens(_ fault: Int) -> Bool { Double.random(in: 0...1, using: &chance) < faults[fault] }
            func delay() -> Duration { .milliseconds(Int.random(in: 0...spread, using: &chance)) }
            if happens(0) { return [] }
            if happens(1) {
                self.wire.inject(Self.corrupted(packet, using: &chance), from: sender, to: receiver, after: delay())
            }
            return happens(2) ? [delay(), delay()] : [happens(3) ? delay() : .zero]
        }
    }

    private static func corrupted(_ packet: [UInt8], using random: inout SplitMix) -> [UInt8] {
        var packet = packet
        let offset = Int.random(in: 0..<packet.count, using: &random)
        packet[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        return Bool.random(using: &random) ? packet : Array(packet.prefix(offset))
    }

    private func note(_ packet: [UInt8], of sender: Device) {
        guard packet.first == 0xC4 else { return }
        let nonce = sender.key.array + packet.prefix(8)
        #expect(nonces.insert(nonce).inserted, "seed \(seed): a counter is used twice")
    }

    // MARK: The storm

    func step() {
        let device = devices[Int.random(in: 0...1, using: &random)]
        let peer = devices.first { $0 !== device } ?? device
        let now = wire.now
        switch Int.random(in: 0..<1_000, using: &random) {
        case 0..<12: _ = try? device.initiate(to: peer, resuming: Bool.random(using: &random), at: now)
        case 12..<16: if let session = device.session(with: peer) { try? device.rekey(session, at: now) }
        case 16..<18: device.endpoint.dropKeys(at: now)
        case 18..<19: device.endpoint.forgetAll(at: now)
        case 19..<21: if let session = device.session(with: peer) { device.endpoint.close(session, at: now) }
        case 21..<24: if let attempt = device.endpoint.attempts.keys.first { device.endpoint.cancel(attempt, at: now) }
        case 24..<26: device.isFresh.toggle()
        case 26..<28: device.policy = device.policy == .answer ? .ignore : .answer
        case 28..<30: if let session = device.session(with: peer) { device.endpoint.widenReplayWindow(of: session) }
        default: talk(device, to: peer)
        }
        device.drain(at: now)
        wire.run(.milliseconds(Int.random(in: 0...200, using: &random)))
    }

    private func talk(_ device: Device, to peer: Device) {
        guard let session = device.session(with: peer) else { return }
        count += 1
        let text = [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: count >> $0) }
        sent[device.key, default: []].insert(text)
        _ = try? device.send(text, on: session, at: wire.now)
    }

    func check() {
        for device in devices {
            let peer = devices.first { $0 !== device } ?? device
            for (_, text) in device.received[seen[device.key, default: 0]...] {
                #expect(sent[peer.key, default: []].contains(text), "seed \(seed): delivered what nobody sent")
                let isNew = delivered[device.key, default: []].insert(text).inserted
                #expect(isNew, "seed \(seed): delivered twice")
            }
            seen[device.key] = device.received.count
            #expect(device.deadline > wire.now, "seed \(seed): a wait in the past")
        }
    }

    // MARK: The calm

    func calm() throws {
        wire.fate = { [weak self] packet, sender, _ in
            self?.note(packet, of: sender)
            return [.zero]
        }
        wire.run(.seconds(5))
        for (device, peer) in [(devices[0], devices[1]), (devices[1], devices[0])] {
            (device.policy, device.isFresh) = (.answer, true)
            for attempt in device.endpoint.attempts.keys { device.endpoint.cancel(attempt, at: wire.now) }
            device.drain(at: wire.now)
            try device.initiate(to: peer, resuming: true, at: wire.now)
        }
        wire.run(.seconds(30))
        #expect(devices.map(\.confirmedSessions.count) == [1, 1], "seed \(seed)")
        let hashes = devices.map { device in
            device.confirmedSessions.first.flatMap { device.endpoint.info($0)?.firstHandshakeHash }
        }
        #expect(hashes[0] == hashes[1] && hashes[0] != nil, "seed \(seed)")
        let before = devices.map(\.received.count)
        for (device, peer) in [(devices[0], devices[1]), (devices[1], devices[0])] {
            for _ in 0..<10 { talk(device, to: peer) }
        }
        wire.run(.seconds(1))
        check()
        #expect(zip(devices.map(\.received.count), before).map { $0 - $1 } == [10, 10], "seed \(seed)")
    }
}
