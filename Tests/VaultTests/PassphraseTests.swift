import Basics
import Crypto
import Foundation
import Platform
import Testing
import Vault

@Suite struct PassphraseTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func passphrase(of text: String) throws -> String {
        try folder.write(Array(text.utf8), to: "text")
        let file = try Descriptor.open(folder.path + "/text", O_RDONLY)
        return String(decoding: try Passphrase.read(from: file).exposed, as: UTF8.self)
    }

    @Test func itEndsAtALineFeedOrTheEnd() throws {
        #expect(try passphrase(of: "one two\nthree") == "one two")
        #expect(try passphrase(of: "one two") == "one two")
        #expect(try passphrase(of: " blanks stay \r\n") == " blanks stay \r")
    }

    @Test func whatFollowsTheLineIsLeftForOthers() throws {
        try folder.write(Array("secret\nrest".utf8), to: "text")
        let file = try Descriptor.open(folder.path + "/text", O_RDONLY)
        _ = try Passphrase.read(from: file)
        #expect(try file.readAll(limit: 100) == Array("rest".utf8))
    }

    @Test func emptyAndOverlongAreRefused() throws {
        #expect(throws: Passphrase.Failure.empty) { try passphrase(of: "") }
        #expect(throws: Passphrase.Failure.empty) { try passphrase(of: "\nsecond line") }
        #expect(try passphrase(of: String(repeating: "x", count: 1024)).count == 1024)
        #expect(try passphrase(of: String(repeating: "x", count: 1024) + "\n").count == 1024)
        #expect(throws: Passphrase.Failure.tooLong) { try passphrase(of: String(repeating: "x", count: 1025)) }
    }

    @Test func whoSaysNothingIsNotWaitedForForEver() throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        let source = Descriptor(owning: ends[0]), silent = Descriptor(owning: ends[1])
        #expect(throws: Passphrase.Failure.late) {
            _ = try Passphrase.read(from: source, patience: .milliseconds(20)).byteCount
        }
        try silent.writeAll(Array("half".utf8).rawSpan)
        #expect(throws: Passphrase.Failure.late) {
            _ = try Passphrase.read(from: source, patience: .milliseconds(20)).byteCount
        }
    }

    @Test func theServiceManagersCredentialIsFound() throws {
        try folder.write(Array("from systemd\n".utf8), to: "parley.passphrase")
        let found = try Passphrase.fromCredential(environment: ["CREDENTIALS_DIRECTORY": folder.path])
        #expect(found?.exposed == Array("from systemd".utf8))
        #expect(try Passphrase.fromCredential(environment: [:])?.byteCount == nil)
        #expect(try Passphrase.fromCredential(environment: ["CREDENTIALS_DIRECTORY": "/none"])?.byteCount == nil)
    }
}
