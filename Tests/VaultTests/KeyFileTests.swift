import Basics
import Crypto
import Foundation
import Testing
import Vault

@Suite struct KeyFileTests {
    let folder: TemporaryFolder
    var path: String { folder.path + "/identity.key" }
    /// A guess that costs next to nothing.
    let cost = Argon2id.Parameters(memoryByteCount: 8192, passCount: 1)

    init() throws { folder = try TemporaryFolder() }

    private func write(_ secret: String, passphrase: String, isReplacing: Bool = false) throws {
        try KeyFile.write(
            SecretBytes(secret), to: path, protection: .passphrase(SecretBytes(passphrase)), isReplacing: isReplacing,
            cost: cost)
    }

    private func read(passphrase: String? = nil) throws -> [UInt8] {
        guard let passphrase else { return try KeyFile.read(path).exposed }
        return try KeyFile.read(path, passphrase: SecretBytes(passphrase)).exposed
    }

    @Test func aSecretComesBackUnderItsPassphraseOnly() throws {
        try write("the secret", passphrase: "correct horse")
        #expect(try KeyFile.isProtected(path))
        #expect(try read(passphrase: "correct horse") == Array("the secret".utf8))
        #expect(throws: KeyFileError.wrongPassphrase) { try read(passphrase: "correct house") }
        #expect(throws: KeyFileError.needsPassphrase) { try read() }
        #expect(try folder.mode(of: "identity.key") == 0o600)
        #expect(try folder.bytes(of: "identity.key").firstRange(of: Array("secret".utf8)) == nil)
    }

    @Test func withoutProtectionNoPassphraseIsAsked() throws {
        try KeyFile.write(SecretBytes("open"), to: path, protection: .none)
        #expect(try !KeyFile.isProtected(path))
        #expect(try read() == Array("open".utf8))
        #expect(try read(passphrase: "not looked at") == Array("open".utf8))
        #expect(try folder.mode(of: "identity.key") == 0o600)
    }

    /// What nothing but its mode protects must have the right one; under a passphrase the mode is no secret's guard.
    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o601] as [mode_t])
    func unprotectedKeysThatOthersMayTouchAreRefused(mode: mode_t) throws {
        try KeyFile.write(SecretBytes("open"), to: path, protection: .none)
        #expect(unsafe chmod(path, mode) == 0)
        #expect(throws: KeyFileError.exposed(mode: mode)) { try KeyFile.isProtected(path) }
        #expect(throws: KeyFileError.exposed(mode: mode)) { try read() }
        #expect(unsafe chmod(path, 0o400) == 0)
        #expect(try read() == Array("open".utf8))
        try write("sealed", passphrase: "p", isReplacing: true)
        #expect(unsafe chmod(path, mode) == 0)
        #expect(try read(passphrase: "p") == Array("sealed".utf8))
    }

    @Test func keysAtRestCostWhatTheDesignSays() throws {
        try KeyFile.write(SecretBytes("s"), to: path, protection: .passphrase(SecretBytes("p")))
        let bytes = try folder.bytes(of: "identity.key")
        #expect(Array(bytes[8..<17]) == [1, 0, 0, 1, 0, 3, 0, 0, 0])  // 65,536 KiB, 3 passes
        #expect(try read(passphrase: "p") == Array("s".utf8))
    }

    @Test func aKeyFileIsNotOverwrittenUnlessAsked() throws {
        try write("first", passphrase: "p")
        #expect(throws: KeyFileError.exists) { try write("second", passphrase: "p") }
        #expect(try read(passphrase: "p") == Array("first".utf8))
        try write("third", passphrase: "p", isReplacing: true)
        #expect(try read(passphrase: "p") == Array("third".utf8))
        #expect(try folder.names() == ["identity.key"])
    }

    @Test func anyChangedByteIsNoticed() throws {
        try write("the secret", passphrase: "p")
        let good = try folder.bytes(of: "identity.key")
        // The four bytes of a number may ask for more memory than there is, which is also a refusal.
        for index in good.indices where !(9..<17).contains(index) {
            var bad = good
            bad[index] ^= 1
            try folder.write(bad, to: "identity.key")
            #expect(throws: KeyFileError.self, "byte \(index)") { try read(passphrase: "p") }
        }
    }

    @Test func withoutProtectionAChangedByteIsNoticedToo() throws {
        try KeyFile.write(SecretBytes("open"), to: path, protection: .none)
        let good = try folder.bytes(of: "identity.key")
        for index in good.indices {
            var bad = good
            bad[index] ^= 1
            try folder.write(bad, to: "identity.key")
            #expect(throws: KeyFileError.malformed, "byte \(index)") { try read(passphrase: "p") }
        }
    }

    @Test func everyCutIsNoticed() throws {
        try write("the secret", passphrase: "p")
        let good = try folder.bytes(of: "identity.key")
        for count in good.indices {
            try folder.write(good.prefix(count), to: "identity.key")
            #expect(throws: KeyFileError.self, "\(count) bytes") { try read(passphrase: "p") }
        }
    }

    @Test(
        arguments: [
            [0, 4, 0, 0, 0, 0, 0, 0],  // no pass
            [0, 4, 0, 0, 17, 0, 0, 0],  // too many passes
            [7, 0, 0, 0, 1, 0, 0, 0],  // less memory than Argon2 takes
            [1, 0, 16, 0, 1, 0, 0, 0],  // more than 1 GiB
            [255, 255, 255, 255, 255, 255, 255, 255],
        ] as [[UInt8]])
    func aFileMayNotAskForUnboundedWork(parameters: [UInt8]) throws {
        try write("the secret", passphrase: "p")
        var bytes = try folder.bytes(of: "identity.key")
        bytes.replaceSubrange(9..<17, with: parameters)
        try folder.write(bytes, to: "identity.key")
        #expect(throws: KeyFileError.malformed) { try read(passphrase: "p") }
    }

    @Test func whatIsNoKeyFileIsMalformed() throws {
        for bytes in [[], Array("parleyk".utf8), Array("parleyk2\0secret".utf8), Array("parleyk1\u{2}x".utf8)] {
            try folder.write(bytes, to: "identity.key")
            #expect(throws: KeyFileError.malformed) { try read() }
            #expect(throws: KeyFileError.malformed) { try KeyFile.isProtected(path) }
        }
        try folder.write([UInt8](repeating: 0, count: 1 << 20), to: "identity.key")
        #expect(throws: KeyFileError.malformed) { try read() }
    }

    @Test func aMissingFileIsAbsent() {
        #expect(throws: KeyFileError.absent) { try read() }
    }

    @Test func anEmptySecretAndTheLongestFit() throws {
        for count in [0, KeyFile.maximumSecretByteCount] {
            let secret = SecretBytes(byteCount: count) { _ in }
            try KeyFile.write(
                secret, to: path, protection: .passphrase(SecretBytes("p")), isReplacing: true, cost: cost)
            #expect(try read(passphrase: "p").count == count)
            try KeyFile.write(secret, to: path, protection: .none, isReplacing: true)
            #expect(try read().count == count)
        }
    }
}
