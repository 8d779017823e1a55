import Basics
import Crypto
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: Vectors.folder("rfc-crypto") != nil, "PARLEY_VECTORS is not set"))
struct RFCVectorTests {
    @Test func hkdfSHA256FollowsRFC5869() throws {
        var tally = VectorTally()
        for test in try blocks(of: "rfc5869-hkdf-sha256.txt") {
            let salt = try test.bytes("salt"), ikm = try test.bytes("IKM"), info = try test.bytes("info")
            let wanted = (key: try test.bytes("PRK"), output: try test.bytes("OKM"))
            let key = HKDF<SHA256>.extract(salt: salt.rawSpan, inputKeyMaterial: ikm.rawSpan)
            let output = HKDF<SHA256>.expand(key, info: info.rawSpan, byteCount: wanted.output.count)
            let isKey = key.isEqual(to: wanted.key.rawSpan), isOutput = output.isEqual(to: wanted.output.rawSpan)
            tally.record(test.name, isKey && isOutput)
        }
        tally.report("rfc-crypto/rfc5869-hkdf-sha256.txt")
        #expect(tally.failures.isEmpty)
        #expect(tally.count == 3)
    }

    @Test func x25519FollowsRFC7748() throws {
        var tally = VectorTally()
        for test in try blocks(of: "rfc7748-x25519.txt") {
            let scalar = try test.bytes("INPUT_SCALAR"), wanted = try test.bytes("OUTPUT_U")
            let point = try #require(Bytes32(try test.bytes("INPUT_U")))
            let shared = X25519.sharedSecret(SecretBytes(copying: scalar.rawSpan), with: point)
            tally.record(test.name, shared?.isEqual(to: wanted.rawSpan) == true)
        }
        tally.report("rfc-crypto/rfc7748-x25519.txt")
        #expect(tally.failures.isEmpty)
        #expect(tally.count == 3)
    }

    @Test func argon2idFollowsRFC9106() throws {
        var tally = VectorTally()
        for test in try blocks(of: "rfc9106-argon2id.txt") {
            let salt = try test.bytes("salt"), output = try test.bytes("output"), passphrase = try test.bytes("pass")
            guard try test.text("lanes") == "1" else {
                tally.skip("with several lanes, a secret or associated data")
                continue
            }
            guard salt.count == Argon2id.saltByteCount, output.count >= 16 else {
                tally.skip("with a salt or output of another length")
                continue
            }
            let parameters = Argon2id.Parameters(
                memoryByteCount: try #require(Int(test.text("memcost"))) << 10,
                passCount: try #require(Int(test.text("iter"))))
            let key = Argon2id.derive(
                from: SecretBytes(copying: passphrase.rawSpan), salt: salt.rawSpan,
                byteCount: output.count, parameters: parameters)
            tally.record(test.name, key?.isEqual(to: output.rawSpan) == true)
        }
        tally.report("rfc-crypto/rfc9106-argon2id.txt")
        #expect(tally.failures.isEmpty)
        #expect(tally.count == 2)
    }

    private struct Block {
        var fields: [String: String] = [:]

        var name: String { fields["COUNT"] ?? "" }

        func text(_ name: String) throws -> String { try #require(fields[name]) }
        func bytes(_ name: String) throws -> [UInt8] { try #require(Hex.decode(try text(name))) }
    }

    /// `NAME = value` lines; a `COUNT` begins a block, `#` a comment.
    private func blocks(of name: String) throws -> [Block] {
        let file = try #require(Vectors.folder("rfc-crypto")).appendingPathComponent(name)
        var blocks: [Block] = [], current = Block()
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let key = line[..<equals].trimmingCharacters(in: .whitespaces)
            if key == "COUNT", !current.fields.isEmpty {
                if current.fields["COUNT"] != nil { blocks.append(current) }
                current = Block()
            }
            current.fields[key] = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        }
        return blocks + [current]
    }
}
