import Basics
import Crypto
import Testing

@testable import Transport

@Suite struct VersionTests {
    private let alice = Device(1), bob = Device(2)

    /// A message 1 of another version, whose sender knows bob.
    private func foreign(byteCount: Int) -> [UInt8] {
        var packet = [UInt8](repeating: 7, count: byteCount - 32)
        packet.replaceSubrange(0..<5, with: [0xC1, 3, 2, 1, 9])
        return packet + PacketMAC(of: bob.key).mac1(packet.rawSpan) + [UInt8](repeating: 0, count: 16)
    }

    @Test(arguments: [40, 100, 1_200, 1_400])
    func aVersionThatWeDoNotSpeakIsToldWhichWeDo(byteCount: Int) throws {
        let wire = Wire(alice, bob)
        wire.inject(foreign(byteCount: byteCount), from: alice, to: bob)
        wire.run(.milliseconds(5))
        let answer = try #require(wire.log(of: .version).first?.packet)
        #expect(answer.count == 21 && answer.count <= byteCount)
        #expect(Array(answer.prefix(5)) == [0xC5, 3, 2, 1, 1])
        #expect(bob.endpoint.drops[.unknownVersion] == 1)
        #expect(bob.tokens.isEmpty)
    }

    @Test func withoutAValidMac1NothingIsSaid() {
        var packet = foreign(byteCount: 1_200)
        packet[100] ^= 1
        bob.receive(packet, from: alice, at: .zero)
        #expect(bob.outputs.isEmpty)
        #expect(bob.endpoint.drops[.wrongMAC] == 1)
    }

    @Test func theCallerHearsOnceAndGoesOn() throws {
        let wire = Wire(alice, bob)
        var isLost = true
        wire.fate = { _, _, _ in isLost ? [] : [.zero] }
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.milliseconds(1))
        let packet = try #require(wire.log(of: .initiation).first?.packet)
        let header = try InitiationHeader(parsing: packet.rawSpan)
        let answer = VersionPacket.make(
            to: header.sender, answering: [UInt8](HandshakePacket.mac1(of: packet.rawSpan)), mac: PacketMAC(of: bob.key)
        )
        for _ in 0..<3 { alice.receive(answer, from: bob, at: wire.now) }
        let heard = alice.outputs.filter { if case .versions = $0 { true } else { false } }
        #expect(heard.count == 1)
        isLost = false
        wire.run(.seconds(1))
        #expect(alice.outputs.established.count == 1)
    }
}
