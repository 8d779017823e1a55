import Basics
import Crypto
import Testing

@testable import Transport

@Suite struct PSKTests {
    private func secret(_ byte: UInt8) -> SecretBytes {
        SecretBytes(copying: [UInt8](repeating: byte, count: 32).rawSpan)
    }

    private func psk(_ pairing: UInt8?, _ invite: UInt8?, _ room: UInt8?, _ resume: UInt8?) -> [UInt8] {
        let key = PSK.derive(
            pairing: pairing.map(secret), invite: invite.map(secret), room: room.map(secret),
            resume: resume.map(secret))
        return key.withBytes { [UInt8]($0) }
    }

    @Test func itIsTheHKDFThatTheProtocolDraws() {
        let zeros = [UInt8](repeating: 0, count: 32), ones = [UInt8](repeating: 1, count: 32)
        let parts =
            Array("pairing".utf8) + ones + Array("room".utf8) + zeros + Array("resume".utf8)
            + [UInt8](repeating: 3, count: 32)
        let expected = HKDF<SHA256>.derive(
            salt: Array("parley/1 psk".utf8).rawSpan, inputKeyMaterial: parts.rawSpan, byteCount: 32)
        #expect(psk(1, nil, nil, 3) == expected.withBytes { [UInt8]($0) })
        let none = Array("none".utf8) + zeros + Array("room".utf8) + zeros + Array("resume".utf8) + zeros
        let cold = HKDF<SHA256>.derive(
            salt: Array("parley/1 psk".utf8).rawSpan, inputKeyMaterial: none.rawSpan, byteCount: 32)
        #expect(psk(nil, nil, nil, nil) == cold.withBytes { [UInt8]($0) })
    }

    @Test func everySecretCountsAndNoneStandsForAnother() {
        let keys = [
            psk(nil, nil, nil, nil), psk(1, nil, nil, nil), psk(nil, 1, nil, nil), psk(nil, nil, 1, nil),
            psk(nil, nil, nil, 1), psk(2, nil, nil, nil), psk(1, nil, 1, nil), psk(1, nil, nil, 1), psk(1, nil, 1, 1),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(psk(1, 2, nil, nil) == psk(1, nil, nil, nil), "a pairing secret stands before the invite's")
    }

    @Test func resumeAndPairingAreExportsOfTheHandshake() throws {
        let alice = Device(1), bob = Device(2)
        let wire = Wire(alice, bob)
        try wire.connect(alice, bob)
        let tag = try alice.endpoint.resumption(with: bob.key).orThrow()
        #expect(tag == bob.endpoint.resumption(with: alice.key))
        #expect(tag.bytes.count == ResumeTag.byteCount)
        #expect(ResumeTag([1, 2, 3]) == nil)
    }
}
