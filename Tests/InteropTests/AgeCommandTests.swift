import Age
import Basics
import Crypto
import Foundation
import Testing

/// Files that go to and come from Debian's `age`, an implementation that shares no line with ours.
@Suite(.enabled(if: Command("age") != nil, "the age command is not installed"))
struct AgeCommandTests {
    @Test("age opens what we seal", arguments: [0, 100, 65_536, 300_000])
    func ageOpensOurs(byteCount: Int) throws {
        try TemporaryFolder.with { folder in
            var random = SeededRandom(seed: UInt64(byteCount))
            let identity = AgeIdentity(random.secretBytes(32)), other = AgeIdentity(random.secretBytes(32))
            let plaintext = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 / 3) }
            let file = AgeFile.seal(plaintext.rawSpan, to: [other.recipient, identity.recipient], using: &random)
            try folder.write(AgeArmor.encode(file), to: "armored.age")
            try folder.write(file, to: "file.age")
            try folder.write(Array((identity.exported() + "\n").utf8), to: "key.txt")
            for name in ["file.age", "armored.age"] {
                let result = try #require(try Command("age")?.run(["-d", "-i", "key.txt", name], in: folder))
                #expect(result.exitCode == 0 && result.output == plaintext, "\(result.error)")
            }
        }
    }

    @Test("we open what age seals", arguments: [0, 100, 65_536, 300_000])
    func weOpenTheirs(byteCount: Int) throws {
        try TemporaryFolder.with { folder in
            var random = SeededRandom(seed: UInt64(byteCount))
            let identity = AgeIdentity(random.secretBytes(32))
            let plaintext = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 / 3) }
            try folder.write(plaintext, to: "plain")
            for options in [["-e"], ["-e", "-a"]] {
                let result = try #require(
                    try Command("age")?.run(options + ["-r", identity.recipient.description, "plain"], in: folder))
                #expect(try AgeFile.open(result.output, with: identity) == plaintext)
            }
        }
    }
}
