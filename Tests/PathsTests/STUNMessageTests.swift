import Basics
import TestSupport
import Testing

@testable import Paths

/// What a TURN server may send, and the old hashes that it wants.
@Suite struct STUNMessageTests {
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"), ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ),
    ])
    func vectorsOfRFC1321(message: String, hash: String) {
        #expect(Hex.encode(MD5.hash(Array(message.utf8))) == hash)
    }

    @Test(arguments: [
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
        (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
    ])
    func vectorsOfRFC3174(message: String, hash: String) {
        #expect(Hex.encode(SHA1.hash(Array(message.utf8))) == hash)
    }

    @Test func vectorsOfRFC2202() {
        let first = SHA1.authenticate(Array("Hi There".utf8), key: [UInt8](repeating: 0x0b, count: 20))
        #expect(Hex.encode(first) == "b617318655057264e28bc0b6fb378c8ef146be00")
        let sixth = SHA1.authenticate(
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            key: [UInt8](repeating: 0xaa, count: 80))
        #expect(Hex.encode(sixth) == "aa4ae5e15272d00e95705637ce8a3b55ed402112")
    }

    /// RFC 5769 §2.4: a request with long-term credentials.
    @Test func theSampleOfRFC5769IsRead() throws {
        let text =
            "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b90000"
            + "0015001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f726700"
            + "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666"
        let bytes = try #require(Hex.decode(text))
        let read = STUNMessage(parsing: bytes.rawSpan)
        let message = try #require(read)
        #expect(message.method == 1 && message.messageClass == .request)
        #expect(message.realm == Array("example.org".utf8))
        #expect(message.nonce == Array("f//499k954d6OL34oL9FSTvy64sA".utf8))
        let key = MD5.hash(Array("マトリックス:example.org:TheMatrIX".utf8))
        let isSigned = message.isSigned(with: key, in: bytes.rawSpan)
        #expect(isSigned)
        let isSignedByOthers = message.isSigned(with: MD5.hash([]), in: bytes.rawSpan)
        #expect(!isSignedByOthers)
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 1
            guard let message = STUNMessage(parsing: other.rawSpan) else { continue }
            let isSigned = message.isSigned(with: key, in: other.rawSpan)
            #expect(!isSigned, "byte \(place) is free")
        }
        for count in 0..<bytes.count {
            let part = STUNMessage(parsing: bytes.rawSpan.extracting(0..<count))
            #expect(part == nil)
        }
    }

    @Test func whatIsWrittenIsRead() throws {
        var random = SplitMix(seed: 1)
        for text in ["192.0.2.33:3478", "[2001:db8::21]:65535"] {
            let transaction = STUNTransaction(using: &random), address = try #require(SocketAddress(text))
            var writer = STUNWriter(.channelBind, transaction)
            writer.add(.xorPeerAddress, address)
            writer.add(.lifetime, 600)
            writer.add(.realm, [1, 2, 3, 4, 5])
            let bytes = writer.finish(signedWith: [7])
            let read = STUNMessage(parsing: bytes.rawSpan)
            let message = try #require(read)
            #expect(message.method == STUN.Method.channelBind.rawValue && message.transaction == transaction)
            #expect(message.peer == address && message.lifetime == 600 && message.realm == [1, 2, 3, 4, 5])
            let isSigned = message.isSigned(with: [7], in: bytes.rawSpan)
            #expect(isSigned)
        }
    }

    @Test func streamsAreCutIntoFrames() {
        func beginning(_ bytes: [UInt8]) -> TURNFrame.Beginning { TURNFrame.beginning(of: bytes.rawSpan) }
        #expect(beginning([]) == .incomplete && beginning([0x40, 0, 0]) == .incomplete)
        #expect(
            beginning([0x40, 0, 0, 5]) == .frame(byteCount: 12) && beginning([0x4F, 0, 0, 4]) == .frame(byteCount: 8))
        #expect(beginning([1, 1, 0, 8]) == .frame(byteCount: 28))
        #expect(beginning([0x50, 0, 0, 4]) == .nonsense && beginning([0xC4, 0, 0, 4]) == .nonsense)
        #expect(beginning([0x40, 0, 0xFF, 0xFF]) == .nonsense && beginning([0, 1, 0xFF, 0xFF]) == .nonsense)
    }
}
