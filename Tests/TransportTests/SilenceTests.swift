import Basics
import Testing

@testable import Transport

@Suite struct SilenceTests {
    private let alice = Device(1), bob = Device(2), carol = Device(4)

    private func message1(to device: Device) throws -> [UInt8] {
        let wire = Wire(alice, device)
        wire.fate = { _, _, _ in [] }
        try alice.initiate(to: device, at: wire.now)
        wire.run(.zero)
        return try wire.log(of: .initiation).first.orThrow().packet
    }

    @Test func whoDoesNotKnowOurKeyGetsNothing() throws {
        bob.receive(try message1(to: carol), from: alice, at: .zero)
        #expect(bob.outputs.isEmpty)
        #expect(bob.endpoint.drops[.wrongMAC] == 1)
    }

    @Test func aShortMessage1GetsNothingOnABarePortAndAnAnswerElsewhere() throws {
        bob.policy = .wait
        let attempt = try alice.endpoint.initiate(
            to: bob.key, payload: [0], sharing: SharedSecrets(), at: .zero, using: &alice.random)
        let packet = try alice.endpoint.initiation(attempt, on: bob.route).orThrow()
        bob.receive(packet, from: alice, at: .zero)
        #expect(bob.outputs.isEmpty)
        #expect(bob.endpoint.drops[.unpadded] == 1)
        bob.endpoint.handle(
            packet.rawSpan, from: .introducer(carol.key), at: .zero, using: &bob.random)
        bob.drain(at: .zero)
        #expect(bob.tokens.map(\.answerByteCount) == [packet.count - 96])
    }

    @Test func everyDropIsCounted() throws {
        let packets: [[UInt8]] = [[], [0], [0xC1], [0xC2, 1], [0xC3, 1], [0xC5, 1], [0x80, 1, 2], [0xC6]]
        for packet in packets { bob.receive(packet, from: alice, at: .zero) }
        var datagram: [UInt8] = [0xC4, 1, 2]
        var bytes = datagram.mutableRawSpan
        var reason: DropReason?
        do { _ = try bob.endpoint.open(&bytes, at: .zero) } catch { reason = error }
        #expect(reason == .truncated)
        #expect(bob.outputs.isEmpty)
        #expect(bob.endpoint.drops.total == UInt64(packets.count) + 1)
        #expect(DropReason.truncated.name == "truncated")
    }
}
