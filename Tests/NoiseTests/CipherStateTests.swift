import Basics
import Crypto
import Noise
import Testing

@Suite struct CipherStateTests {
    @Test func packetsOpenInAnyOrderUnderTheirOwnCounter() {
        let sender = Side(), receiver = Side()
        let packets = (0..<8).map { sender.sealed(as: $0) }
        for counter in [5, 0, 7, 1, 6, 2, 4, 3] {
            #expect(receiver.opens(packets[counter], as: UInt64(counter)))
            #expect(!receiver.opens(packets[counter], as: UInt64(counter) + 1))
        }
    }

    @Test func messagesInOrderCountThemselves() throws {
        let sender = Side(), receiver = Side()
        for counter in UInt64(0)..<4 { #expect(receiver.opens(try sender.encrypted(), as: counter)) }
        for counter in UInt64(0)..<4 { try receiver.decrypt(sender.sealed(as: counter)) }
        #expect(sender.nonce == 4)
        #expect(receiver.nonce == 4)
    }

    @Test func aRefusedMessageIsNotCounted() throws {
        let sender = Side(), receiver = Side()
        #expect(throws: NoiseError.authenticationFailed) { try receiver.decrypt(sender.sealed(as: 1)) }
        try receiver.decrypt(sender.sealed(as: 0))
        #expect(receiver.nonce == 1)
    }

    @Test func theLastNonceIsNeverUsed() {
        let side = Side(nonce: .max)
        #expect(throws: NoiseError.nonceExhausted) { try side.encrypted() }
        #expect(throws: NoiseError.nonceExhausted) { try side.decrypt(side.sealed(as: .max)) }
    }

    @Test(arguments: CipherName.allCases.filter(\.isAvailable))
    func afterARekeyOnlyTheNewKeyOpens(cipher: CipherName) {
        let sender = Side(cipher), receiver = Side(cipher)
        let before = sender.sealed(as: 0)
        sender.rekey()
        let after = sender.sealed(as: 0)
        #expect(receiver.opens(before, as: 0))
        #expect(!receiver.opens(after, as: 0))
        receiver.rekey()
        #expect(!receiver.opens(before, as: 0))
        #expect(receiver.opens(after, as: 0))
    }
}

/// A cipher state under a fixed key, and packets that hold 32 ones.
private final class Side {
    private var state: CipherState

    init(_ cipher: CipherName = .chaChaPoly, nonce: UInt64 = 0) {
        state = CipherState(cipher: cipher, key: SecretBytes(copying: [UInt8](repeating: 9, count: 32).rawSpan))
        state.setNonce(nonce)
    }

    var nonce: UInt64 { state.nonce }

    func rekey() { state.rekey() }

    func sealed(as counter: UInt64) -> [UInt8] {
        var packet = [UInt8](repeating: 1, count: 32 + CipherState.tagByteCount)
        var bytes = packet.mutableRawSpan
        state.seal(&bytes, plaintextByteCount: 32, counter: counter)
        return packet
    }

    func opens(_ packet: [UInt8], as counter: UInt64) -> Bool {
        var packet = packet
        var bytes = packet.mutableRawSpan
        return state.open(&bytes, counter: counter) && packet.prefix(32).allSatisfy { $0 == 1 }
    }

    func encrypted() throws -> [UInt8] {
        var packet = [UInt8](repeating: 1, count: 32 + CipherState.tagByteCount)
        var bytes = packet.mutableRawSpan
        try state.encrypt(&bytes, plaintextByteCount: 32)
        return packet
    }

    func decrypt(_ packet: [UInt8]) throws {
        var packet = packet
        var bytes = packet.mutableRawSpan
        try state.decrypt(&bytes)
    }
}
