import Basics
import Crypto
import Testing

@testable import Transport

/// Every bit of every packet is covered by something, even for who knows the keys of mac1.
@Suite struct TamperedPacketTests {
    private let alice = Device(1), bob = Device(2)
    private let wire: Wire

    init() { wire = Wire(alice, bob) }

    /// The first message of a type, on its way to nobody.
    private func caught(_ type: PacketType) throws -> [UInt8] {
        wire.fate = { packet, _, _ in packet.first == type.rawValue ? [] : [.zero] }
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.milliseconds(100))
        return try wire.log(of: type).first.orThrow().packet
    }

    /// Recomputes the codes, as everybody can who knows whom the packet is for.
    private func signed(_ packet: [UInt8], for device: Device) -> [UInt8] {
        let body = Array(packet.dropLast(HandshakePacket.codesByteCount))
        return body + PacketMAC(of: device.key).mac1(body.rawSpan) + [UInt8](repeating: 0, count: 16)
    }

    @Test func noBitOfMessage1IsFree() throws {
        let packet = try caught(.initiation)
        let mac2 = packet.count - PacketMAC.byteCount
        for offset in 0..<mac2 {
            for forged in [flipped(packet, at: offset), signed(flipped(packet, at: offset), for: bob)]
            where forged != packet {
                bob.receive(forged, from: alice, at: advanced())
            }
        }
        #expect(bob.tokens.isEmpty)
        #expect(bob.endpoint.drops[.wrongMAC] > 0)
        #expect(bob.endpoint.drops[.handshakeFailed] > 0)
        #expect(bob.endpoint.drops[.malformed] > 0)
        #expect(bob.endpoint.drops[.unknownVersion] > 0)
        // mac2 means nothing unless a cookie was asked for.
        bob.receive(flipped(packet, at: mac2), from: alice, at: advanced())
        #expect(bob.tokens.count == 1)
    }

    @Test func noBitOfMessage2IsFreeAndTheRightOneMayStillCome() throws {
        let packet = try caught(.response)
        for offset in 0..<(packet.count - HandshakePacket.codesByteCount) {
            alice.receive(flipped(packet, at: offset), from: bob, at: advanced())
            alice.receive(signed(flipped(packet, at: offset), for: alice), from: bob, at: advanced())
        }
        for offset in (packet.count - 32)..<(packet.count - 16) {
            alice.receive(flipped(packet, at: offset), from: bob, at: advanced())
        }
        #expect(alice.outputs.established.isEmpty)
        #expect(alice.endpoint.drops[.handshakeFailed] > 0)
        alice.receive(packet, from: bob, at: advanced())
        #expect(alice.outputs.established.count == 1)
    }

    @Test func noBitOfATransportPacketIsFreeAndTheRightOneMayStillCome() throws {
        let (session, _) = try wire.connect(alice, bob)
        let (_, packet) = try alice.seal([2, 1, 2, 3], on: session, at: wire.now)
        for offset in packet.indices {
            for bit in 0..<8 {
                let opened = bob.receive(flipped(packet, at: offset, bit), from: alice, at: wire.now)
                #expect(opened == nil, "byte \(offset), bit \(bit)")
            }
        }
        let opened = bob.receive(packet, from: alice, at: wire.now)
        #expect(opened != nil)
        let replayed = bob.endpoint.drops[.replayed]
        let again = bob.receive(packet, from: alice, at: wire.now)
        #expect(again == nil && bob.endpoint.drops[.replayed] == replayed + 1)
    }

    @Test func noBitOfACookieIsFree() throws {
        let packet = try caught(.initiation)
        let header = try InitiationHeader(parsing: packet.rawSpan)
        let mac1 = [UInt8](HandshakePacket.mac1(of: packet.rawSpan))
        let cookie = CookiePacket.make(
            to: header.sender, cookie: [UInt8](repeating: 5, count: 16), mac1: mac1,
            key: PacketMAC(of: bob.key).cookieKey, using: &bob.random)
        #expect(cookie.count == 64)
        alice.forgetOutputs()
        for offset in cookie.indices { alice.receive(flipped(cookie, at: offset), from: bob, at: advanced()) }
        #expect(transmitted(alice).isEmpty)
        alice.receive(cookie, from: bob, at: advanced())
        #expect(transmitted(alice).count == 1)
    }

    @Test func noBitOfAVersionPacketIsFree() throws {
        let packet = try caught(.initiation)
        let header = try InitiationHeader(parsing: packet.rawSpan)
        let mac1 = [UInt8](HandshakePacket.mac1(of: packet.rawSpan))
        let versions = VersionPacket.make(to: header.sender, answering: mac1, mac: PacketMAC(of: bob.key))
        for offset in versions.indices { alice.receive(flipped(versions, at: offset), from: bob, at: advanced()) }
        #expect(reported(alice).isEmpty)
        alice.receive(versions, from: bob, at: advanced())
        #expect(reported(alice) == [[1]])
    }

    /// A later moment, so that no budget hides what is tested.
    private func advanced() -> Instant {
        wire.run(.milliseconds(300))
        return wire.now
    }

    private func flipped(_ packet: [UInt8], at offset: Int, _ bit: Int = 2) -> [UInt8] {
        var packet = packet
        packet[offset] ^= 1 << UInt8(bit)
        return packet
    }

    private func transmitted(_ device: Device) -> [[UInt8]] {
        device.outputs.compactMap { if case .transmit(let packet, _) = $0 { packet } else { nil } }
    }

    private func reported(_ device: Device) -> [[UInt8]] {
        device.outputs.compactMap { if case .versions(_, let versions) = $0 { versions } else { nil } }
    }
}
