import Basics
import Crypto
import Testing

@testable import Transport

/// The layouts of PROTOCOL §3, byte by byte.
@Suite struct PacketLayoutTests {
    private let index = SessionIndex(rawValue: 0x03_02_01)
    private let other = SessionIndex(rawValue: 0x06_05_04)

    @Test func message1() throws {
        let header = InitiationHeader(sender: try index.orThrow())
        #expect(header.bytes == [0xC1, 1, 2, 3, 1, 0, 0, 0])
        #expect(header.prologue == Array("parley/1".utf8) + header.bytes)
        #expect(HandshakePacket.initiationOverhead == 8 + 32 + 48 + 16 + 32)
        #expect(Endpoint.initiationPayloadByteCount == 1_064)
        let alice = Device(1)
        let attempt = try alice.endpoint.initiate(
            to: Device(2).key, payload: [1, 2, 3], sharing: SharedSecrets(), at: .zero, using: &alice.random)
        let packet = try alice.endpoint.initiation(attempt, on: alice.route).orThrow()
        #expect(packet.count == HandshakePacket.initiationOverhead + 3)
        #expect(packet[0] == 0xC1 && packet[4] == 1 && packet[5..<8] == [0, 0, 0])
        #expect(packet.suffix(16) == [UInt8](repeating: 0, count: 16), "no mac2 without a cookie")
    }

    @Test func message2() throws {
        let header = ResponseHeader(sender: try index.orThrow(), receiver: try other.orThrow())
        #expect(header.bytes == [0xC2, 1, 2, 3, 4, 5, 6, 0])
        #expect(HandshakePacket.responseOverhead == 8 + 32 + 16 + 32)
        let parsed = try ResponseHeader(parsing: (header.bytes + [UInt8](repeating: 9, count: 88)).rawSpan)
        #expect(parsed.sender == index && parsed.receiver == other)
    }

    @Test func theCodesAreKeyedByTheReceiver() {
        let key = Device(1).key
        let mac1 = BLAKE2b.hash(
            [1, 2, 3].rawSpan, byteCount: 16,
            key: BLAKE2b.hash((Array("parley/1 mac1".utf8) + key.array).rawSpan, byteCount: 32).rawSpan)
        #expect(PacketMAC(of: key).mac1([1, 2, 3].rawSpan) == mac1)
        let packet = HandshakePacket.make(header: [1], message: [2, 3], mac: PacketMAC(of: key))
        #expect(packet == [1, 2, 3] + mac1 + [UInt8](repeating: 0, count: 16))
        let cookie = [UInt8](repeating: 7, count: 16)
        let mac2 = BLAKE2b.hash(([1, 2, 3] + mac1).rawSpan, byteCount: 16, key: cookie.rawSpan)
        #expect(HandshakePacket.stamp(packet, cookie: cookie) == [1, 2, 3] + mac1 + mac2)
    }

    @Test func cookie() throws {
        var random = SeededRandom(seed: 1)
        let key = PacketMAC(of: Device(1).key).cookieKey
        let packet = CookiePacket.make(
            to: try index.orThrow(), cookie: [UInt8](repeating: 7, count: 16), mac1: [5], key: key, using: &random)
        #expect(packet.count == 64 && packet.prefix(8) == [0xC3, 1, 2, 3, 0, 0, 0, 0])
        let sealed = XChaChaPoly.open(
            Array(packet[32...]), nonce: Array(packet[8..<32]), associatedData: [5],
            key: SecretBytes(copying: key.rawSpan))
        #expect(sealed == [UInt8](repeating: 7, count: 16))
    }

    @Test func transport() throws {
        let alice = Device(1), bob = Device(2)
        let wire = Wire(alice, bob)
        let (ours, _) = try wire.connect(alice, bob)
        let (number, packet) = try alice.seal([2, 8, 9], on: ours, at: wire.now)
        #expect(packet.count == 3 + Endpoint.packetOverhead)
        #expect(packet[0] == 0xC4 && Array(packet[4..<8]) == [UInt8(number.counter), 0, 0, 0])
        let header = try TransportHeader(parsing: packet.rawSpan)
        #expect(header.counter == number.counter)
        var slot = [UInt8](repeating: 0, count: 8)
        var span = slot.mutableRawSpan
        TransportHeader(receiver: try index.orThrow(), counter: 0x0A0B_0C0D).write(to: &span)
        #expect(slot == [0xC4, 1, 2, 3, 0x0D, 0x0C, 0x0B, 0x0A])
    }

    @Test func version() throws {
        let mac = PacketMAC(of: Device(1).key)
        let packet = VersionPacket.make(to: try index.orThrow(), answering: [5], mac: mac)
        #expect(packet == [0xC5, 1, 2, 3, 1] + mac.mac1([0xC5, 1, 2, 3, 1, 5].rawSpan))
    }

    @Test func noTypeIsTakenForSTUNOrATURNChannel() {
        for type in PacketType.allCases { #expect(type.rawValue >> 6 == 3) }
        #expect(PacketType.allCases.map(\.rawValue) == [0xC1, 0xC2, 0xC3, 0xC4, 0xC5])
    }

    @Test func anIndexIsNeverZeroNorLongerThan24Bits() {
        #expect(SessionIndex(rawValue: 0) == nil && SessionIndex(rawValue: 1 << 24) == nil)
        #expect(SessionIndex([0, 1, 2, 3].rawSpan, at: 1) == index)
    }
}
