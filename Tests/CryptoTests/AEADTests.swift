import Basics
import Crypto
import Testing

@Suite struct AEADTests {
    private let key = (0..<32).map { UInt8($0) }

    @Test func aPacketSealedInPlaceOpensInPlace() {
        let key = SecretBytes(copying: key.rawSpan)
        for counter in [0, 1, 1 << 32, UInt64.max - 1] {
            let plaintext = [UInt8](repeating: 0x5A, count: 120)
            var packet = plaintext + [UInt8](repeating: 0, count: 16)
            var bytes = packet.mutableRawSpan
            ChaChaPoly.seal(&bytes, plaintextByteCount: 120, counter: counter, key: key)
            #expect(packet != plaintext + [UInt8](repeating: 0, count: 16))
            let nonce: [UInt8] = [0, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: counter >> ($0 * 8)) }
            #expect(ChaChaPoly.open(packet, nonce: nonce, key: key) == plaintext)
            var again = packet.mutableRawSpan
            let isOpen = ChaChaPoly.open(&again, counter: counter, key: key)
            #expect(isOpen)
            #expect(Array(packet.prefix(120)) == plaintext)
        }
    }

    @Test func aChangedBitIsRefused() {
        let key = SecretBytes(copying: key.rawSpan)
        let sealed = ChaChaPoly.seal(Array("words".utf8), nonce: [UInt8](repeating: 0, count: 12), key: key)
        for bit in 0..<sealed.count * 8 {
            var forged = sealed
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(ChaChaPoly.open(forged, nonce: [UInt8](repeating: 0, count: 12), key: key) == nil)
        }
    }

    @Test func bytesShorterThanATagAreRefused() {
        let key = SecretBytes(copying: key.rawSpan)
        for byteCount in 0..<16 {
            let bytes = [UInt8](repeating: 0, count: byteCount)
            #expect(ChaChaPoly.open(bytes, nonce: [UInt8](repeating: 0, count: 12), key: key) == nil)
            #expect(XChaChaPoly.open(bytes, nonce: [UInt8](repeating: 0, count: 24), key: key) == nil)
            guard AES256GCM.isAvailable else { continue }
            #expect(AES256GCM.open(bytes, nonce: [UInt8](repeating: 0, count: 12), key: key) == nil)
        }
    }

    @Test func noiseNumbersAESMessagesBigEndian() throws {
        try #require(AES256GCM.isAvailable)
        let key = SecretBytes(copying: key.rawSpan)
        var packet = [UInt8](repeating: 0, count: 24)
        var bytes = packet.mutableRawSpan
        AES256GCM.seal(&bytes, plaintextByteCount: 8, counter: 0x0102, key: key)
        let nonce: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]
        #expect(AES256GCM.open(packet, nonce: nonce, key: key) == [UInt8](repeating: 0, count: 8))
    }
}
