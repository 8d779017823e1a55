import Foundation
import Platform
import Testing
import Vault

@Suite(.timeLimit(.minutes(10))) struct HomeLockTests {
    let folder: TemporaryFolder
    let paths: HomePaths

    init() throws {
        folder = try TemporaryFolder()
        paths = try #require(HomePaths(environment: [:], home: folder.path))
        try paths.createDirectories()
    }

    @Test func aHomeHasOneDaemon() throws {
        let lock = try HomeLock(paths)
        #expect(throws: HomeLockError.held(pid: getpid())) { _ = try HomeLock(paths) }
        #expect(String(decoding: try folder.bytes(of: "state/lock"), as: UTF8.self) == "\(getpid())\n")
        _ = consume lock
        _ = try HomeLock(paths)
    }

    @Test func theHolderIsNamedAndItsEndFreesTheHome() throws {
        let holder = Process(), input = Pipe(), output = Pipe()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        // The shell's parent is the process that holds the lock.
        holder.arguments = [paths.lock, "sh", "-c", "echo $PPID > '\(paths.lock)'; echo ready; read line"]
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        #expect(output.fileHandleForReading.availableData == Data("ready\n".utf8))

        #expect(throws: HomeLockError.held(pid: holder.processIdentifier)) { _ = try HomeLock(paths) }

        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
        _ = try HomeLock(paths)
    }

    @Test func aHomeThatIsNotThereCannotBeLocked() throws {
        let nowhere = try #require(HomePaths(environment: [:], home: "\(folder.path)/none"))
        #expect {
            _ = try HomeLock(nowhere)
        } throws: { error in
            guard case .system(let error) = error as? HomeLockError else { return false }
            return error.isAbsent
        }
    }
}
