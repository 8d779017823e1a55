import Foundation
import Platform
import Testing
import Vault

@Suite struct HomePathsTests {
    @Test func aHomeHoldsEveryFile() throws {
        let paths = try #require(HomePaths(environment: ["PARLEY_HOME": "/p"]))
        #expect(paths.configuration == "/p/config/parley.json5" && paths.socket == "/p/run/parley.sock")
        #expect(paths.keyFile == "/p/state/identity.key" && paths.stateStore == "/p/state/store.db")
        #expect(paths.journal == "/p/state/journal" && paths.lock == "/p/state/lock")
    }

    @Test func optionsComeBeforeTheEnvironment() throws {
        let paths = try #require(
            HomePaths(
                environment: ["PARLEY_HOME": "/p", "PARLEY_SOCKET": "/e"], home: "/q", socket: "/s",
                configuration: "/c"))
        #expect(paths.configuration == "/c" && paths.socket == "/s" && paths.keyFile == "/q/state/identity.key")
    }

    @Test func theFoldersAreMadeForTheirOwnerAlone() throws {
        let folder = try TemporaryFolder()
        let paths = try #require(HomePaths(environment: [:], home: "\(folder.path)/a/b"))
        try paths.createDirectories()
        try paths.createDirectories()
        for name in ["a", "a/b", "a/b/config", "a/b/state", "a/b/state/journal", "a/b/data", "a/b/run"] {
            #expect(try folder.mode(of: name) == 0o700, "\(name)")
        }
    }

    @Test func aStateThatOthersCouldReadIsTakenFromThem() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/state", withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        let paths = try #require(HomePaths(environment: [:], home: folder.path))
        try paths.createDirectories()
        #expect(try folder.mode(of: "state") == 0o700)
    }

    @Test func aFileWhereAFolderShouldBeIsReported() throws {
        let folder = try TemporaryFolder()
        try folder.write([], to: "state")
        let paths = try #require(HomePaths(environment: [:], home: folder.path))
        #expect(throws: SystemError.self) { try paths.createDirectories() }
    }
}
