import Basics
import Crypto
import Testing

/// Known answers for what the vector files do not cover; those without a source named were made with Python.
@Suite struct DerivationTests {
    private let message = Array("abc".utf8)

    @Test func hashesOfABC() {
        let sha256 = SHA256.hash(message.rawSpan), sha512 = SHA512.hash(message.rawSpan)
        let blake2b = BLAKE2b.hash(message.rawSpan)
        #expect("\(sha256)" == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")  // FIPS 180-4
        #expect(
            Hex.encode(sha512) == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
        #expect(
            Hex.encode(blake2b) == "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"  // RFC 7693 A
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")
    }

    @Test func keyedBLAKE2bOfSixteenBytes() {
        let key = [UInt8](0..<32)
        let code = BLAKE2b.hash(message.rawSpan, byteCount: 16, key: key.rawSpan)
        #expect(Hex.encode(code) == "1a64be47e4729d951c302ee543f97cf3")
    }

    @Test(
        "HMAC-BLAKE2b takes keys shorter and longer than its block",
        arguments: [
            (0, "c23d7eb81509be346bab43f60e2b889e86301b0c029b3843ebbccac591a047e7"),
            (32, "af6aef48e9a5a5e6a63b9f4703f032b5e42905477afec4d14f45d2d85e43dd19"),
            (128, "442e7244d3deea49a4a6263da650c3205f4a1bde97fd5e4dcf530a492e4f7885"),
            (129, "e57d41295899b3cf6d0fee842fcf5d31b7db3dd88484753a6fa971429fa955fa"),
            (200, "feb09eb5b1c557085c0a53bdf39ef7bc9af291f21d7c917cd1cf09542aab9536"),
        ])
    func hmacBLAKE2b(keyByteCount: Int, start: String) {
        let key = (0..<keyByteCount).map { UInt8($0) }
        let code = HMAC<BLAKE2b>.authenticate(message.rawSpan, key: SecretBytes(copying: key.rawSpan))
        #expect(code.withBytes { Hex.encode([UInt8]($0)) }.hasPrefix(start))
    }

    @Test func piecesHashLikeTheWhole() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        let sha256 = SHA256.hash(bytes.rawSpan), sha512 = SHA512.hash(bytes.rawSpan)
        let blake2b = BLAKE2b.hash(bytes.rawSpan)
        for step in [1, 3, 64, 127, 128, 129, 999] {
            var first = SHA256(), second = SHA512(), third = BLAKE2b()
            for start in stride(from: 0, to: 1000, by: step) {
                let piece = Array(bytes[start..<min(start + step, 1000)])
                first.update(piece.rawSpan)
                second.update(piece.rawSpan)
                third.update(piece.rawSpan)
            }
            var digest = [UInt8](repeating: 0, count: 64)
            var target = digest.mutableRawSpan
            third.finalize(into: &target)
            let digests = (first.finalize(), second.finalize())
            #expect(digests.0 == sha256)
            #expect(digests.1 == sha512)
            #expect(digest == blake2b)
        }
    }

    @Test func scryptFollowsRFC7914() {
        #expect(
            scrypt("pleaseletmein", salt: "SodiumChloride", workFactor: 14, blockSize: 8)
                == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")
        #expect(
            scrypt("", salt: "", workFactor: 4, blockSize: 1)
                == "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")
    }

    @Test func argon2idWithTheParametersForKeysAtRest() {
        #expect(
            argon2id(.keysAtRest) == "0d1a3c6523c8f06e4e0af9c515aa5b5448cfebd6838f2d52c3d8b6ef8ddc3c2e")
        #expect(
            argon2id(Argon2id.Parameters(memoryByteCount: 8192, passCount: 1))
                == "d17ea6341ca93da6079ea2f64dc4aa31dd1aaf9caa67fb42ac4afd0714706f26")
    }

    private func scrypt(_ passphrase: String, salt: String, workFactor: Int, blockSize: UInt32) -> String? {
        Scrypt.derive(
            from: SecretBytes(copying: Array(passphrase.utf8).rawSpan), salt: Array(salt.utf8).rawSpan,
            workFactor: workFactor, blockSize: blockSize, byteCount: 64
        )?.withBytes { Hex.encode([UInt8]($0)) }
    }

    private func argon2id(_ parameters: Argon2id.Parameters) -> String? {
        let passphrase = Array("correct horse battery staple".utf8), salt = [UInt8](0..<16)
        return Argon2id.derive(
            from: SecretBytes(copying: passphrase.rawSpan), salt: salt.rawSpan, parameters: parameters
        )?.withBytes { Hex.encode([UInt8]($0)) }
    }
}
