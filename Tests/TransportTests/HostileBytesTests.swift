import Basics
import TestSupport
import Testing

@testable import Transport

/// Anyone can send anything: no bytes stop the process, open anything or leave anything behind.
@Suite struct HostileBytesTests {
    private let alice = Device(1), bob = Device(2)
    private let wire: Wire

    init() { wire = Wire(alice, bob) }

    @Test("random bytes of every type are dropped", arguments: UInt64(0)..<20)
    func randomBytesAreDropped(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let (ours, theirs) = try wire.connect(alice, bob)
        let index = try #require(wire.log(of: .transport).first?.packet[1..<4])
        bob.forgetOutputs()
        for _ in 0..<500 {
            var packet = (0..<Int.random(in: 0...1_300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if !packet.isEmpty, Int.random(in: 0..<8, using: &random) > 0 {
                packet[0] = UInt8.random(in: 0xC0...0xC6, using: &random)
            }
            // Half of them have an index that leads to a session, and half a valid mac1.
            if packet.count > 4, Bool.random(using: &random) { packet.replaceSubrange(1..<4, with: index) }
            if packet.count > 40, Bool.random(using: &random) { packet = signed(packet) }
            bob.receive(packet, from: alice, at: wire.now)
        }
        #expect(bob.tokens.count == 1, "the one of alice")
        #expect(bob.outputs.confirmed.isEmpty && bob.outputs.closed.isEmpty)
        #expect(bob.endpoint.sessions.keys == [theirs])
        try alice.send([1], on: ours, at: wire.now)
        wire.run(.milliseconds(20))
        #expect(bob.received.map(\.text) == [[1]])
    }

    @Test func everyTruncationOfEveryPacketIsDropped() throws {
        let (ours, _) = try wire.connect(alice, bob)
        try alice.send([1, 2, 3], on: ours, at: wire.now)
        wire.run(.seconds(1))
        let packets = wire.log.map(\.packet) + [cookie, VersionPacket.spoken + [0xC5]]
        let before = (bob.tokens.count, bob.received.count)
        for packet in packets {
            for byteCount in 0..<packet.count {
                bob.receive(Array(packet.prefix(byteCount)), from: alice, at: wire.now)
                alice.receive(Array(packet.prefix(byteCount)), from: bob, at: wire.now)
                if byteCount > 40 { bob.receive(signed(Array(packet.prefix(byteCount))), from: alice, at: wire.now) }
                wire.run(.milliseconds(10))
            }
        }
        #expect((bob.tokens.count, bob.received.count) == before)
    }

    @Test("the parsers alone stand any bytes", arguments: UInt64(0)..<20)
    func theParsersStandAnyBytes(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<1_000 {
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                Bool.random(using: &random) ? 0 : UInt8.random(in: 0...255, using: &random)
            }
            let span = bytes.rawSpan
            _ = PacketType(of: span)
            _ = try? InitiationHeader(parsing: span)
            _ = try? ResponseHeader(parsing: span)
            _ = try? TransportHeader(parsing: span)
            _ = TAI64N(span)
            _ = ResumeTag(bytes)
            if (try? CookiePacket.receiver(of: span)) != nil {
                #expect(CookiePacket.open(span, mac1: [], key: [UInt8](repeating: 0, count: 32)) == nil)
            }
            if (try? VersionPacket.receiver(of: span)) != nil {
                #expect(VersionPacket.versions(in: span, answering: [], mac: PacketMAC(of: alice.key)) == nil)
            }
        }
    }

    @Test("a session's peer cannot stop us with its rekeys", arguments: UInt64(0)..<20)
    func rekeysOfAnyBytesAreDropped(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let (ours, theirs) = try wire.connect(alice, bob)
        try alice.rekey(ours, at: wire.now)
        let genuine = alice.outputs.compactMap { if case .carry(_, let bytes) = $0 { bytes } else { nil } }
        for _ in 0..<100 {
            var bytes = genuine[0]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let cut = Int.random(in: 0...bytes.count, using: &random)
            if Bool.random(using: &random) { bytes = Array(bytes.prefix(cut)) }
            if bytes.count > 40, bytes.count < genuine[0].count { bytes = signed(bytes) }
            bob.endpoint.handle(bytes.rawSpan, from: .session(theirs), at: wire.now, using: &bob.random)
            bob.drain(at: wire.now)
        }
        #expect(bob.outputs.rekeyed.isEmpty)
        #expect(bob.endpoint.sessions.keys == [theirs])
    }

    private var cookie: [UInt8] {
        [0xC3] + (1..<64).map { $0 < 4 || $0 > 7 ? UInt8($0) : 0 }
    }

    private func signed(_ packet: [UInt8]) -> [UInt8] {
        let body = Array(packet.dropLast(HandshakePacket.codesByteCount))
        return body + PacketMAC(of: bob.key).mac1(body.rawSpan) + [UInt8](repeating: 0, count: 16)
    }
}
