import Age
import Basics
import Crypto
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: Vectors.folder("age") != nil, "PARLEY_VECTORS is not set"))
struct AgeVectorTests {
    @Test func everyFileOfTheTestKitEndsAsItSays() throws {
        let folder = try #require(Vectors.folder("age"))
        var passed = 0, failed = 0, notForUs: [String: Int] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            let url = folder.appendingPathComponent(name)
            guard !name.hasSuffix(".md"), try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
            else { continue }
            let vector = try #require(AgeVector([UInt8](try Data(contentsOf: url))), "\(name) has a header")
            switch vector.run() {
            case .asExpected: passed += 1
            case .notForUs(let why): notForUs[why, default: 0] += 1
            case .otherwise(let what):
                failed += 1
                Issue.record("\(name): expected \(vector.expectation), got \(what)")
            }
        }
        Vectors.report("age", passed: passed, failed: failed, notForUs: notForUs)
        #expect(failed == 0)
        #expect(passed > 70)
    }

    @Test func filesOfTheFirstImplementationOpen() throws {
        let folder = try #require(Vectors.folder("age")).appendingPathComponent("filippo-age")
        let keys = try String(contentsOf: folder.appendingPathComponent("example_keys.txt"), encoding: .utf8)
        for name in ["example.age", "example.zip.age"] {
            let file = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
            let opened = keys.split(separator: "\n").contains { line in
                guard let identity = AgeIdentity(String(line)) else { return false }
                return (try? AgeFile.open(file, with: identity)) != nil
            }
            #expect(opened, "\(name)")
        }
    }
}

/// One file of C2SP's test kit: lines of `key: value`, an empty line, an age file.
struct AgeVector {
    enum Outcome { case asExpected, notForUs(String), otherwise(String) }

    private var fields: [String: [String]] = [:]
    private let file: [UInt8]

    var expectation: String { fields["expect"]?.first ?? "" }

    init?(_ bytes: [UInt8]) {
        let newline = UInt8(ascii: "\n")
        guard let end = bytes.indices.first(where: { bytes[$0] == newline && bytes.dropFirst($0 + 1).first == newline })
        else { return nil }
        for line in String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            fields[parts[0], default: []].append(parts.count > 1 ? parts[1] : "")
        }
        let body = Array(bytes[(end + 2)...])
        guard fields["compressed"] != nil else {
            file = body
            return
        }
        guard let plain = Inflate.zlib(body) else { return nil }
        file = plain
    }

    func run() -> Outcome {
        let keys = fields["identity"] ?? [], passphrases = fields["passphrase"] ?? []
        let isHybrid = keys.contains { $0.hasPrefix("AGE-SECRET-KEY-PQ-") }
        let endings =
            keys.filter { !$0.hasPrefix("AGE-SECRET-KEY-PQ-") }.map { decrypt(by: Self.decryptor($0)) }
            + passphrases.map { decrypt(by: AgeDecryptor(passphrase: SecretBytes(copying: Array($0.utf8).rawSpan))) }
        // Several identities are tried in turn: the first that is not turned away decides.
        let ending = endings.first { $0.result != "no match" } ?? endings.first ?? decrypt(by: Self.stranger)
        if ending.result == expectation, fields["payload"].map({ $0 == [ending.digest] }) ?? true { return .asExpected }
        return isHybrid ? .notForUs("hybrid post-quantum") : .otherwise("\(ending)")
    }

    private static func decryptor(_ text: String) -> AgeDecryptor? {
        guard let identity = AgeIdentity(text) else { return nil }
        return AgeDecryptor(with: identity)
    }

    private static var stranger: AgeDecryptor {
        var random = SeededRandom(seed: 1)
        return AgeDecryptor(with: AgeIdentity(random.secretBytes(32)))
    }

    private func decrypt(by decryptor: consuming AgeDecryptor?) -> (result: String, digest: String) {
        guard var decryptor else { return ("identity not read", "") }
        var plaintext: [UInt8] = []
        var result = "success"
        do throws(AgeError) {
            let bytes = fields["armored"] == nil ? file : try AgeArmor.decode(file)
            for start in stride(from: 0, to: bytes.count, by: 4096) {
                plaintext += try decryptor.update(bytes[start..<min(start + 4096, bytes.count)])
            }
            plaintext += try decryptor.finish()
        } catch {
            result =
                switch error {
                case .header: "header failure"
                case .noMatch: "no match"
                case .headerMAC: "HMAC failure"
                case .payload: "payload failure"
                case .armor: "armor failure"
                }
        }
        return (result, SHA256.hash(plaintext.rawSpan).description)
    }
}
