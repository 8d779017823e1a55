import Basics
import Foundation
import NetworkLoop
import Platform
import Testing

@testable import ControlSocket

/// The socket's file: whose it is, and what was there before.
@Suite(.timeLimit(.minutes(10))) struct SocketFileTests {
    init() { NetworkActor.runInBackground() }

    private func mode(of path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func onlyOurUserMayReachIt() async throws {
        let echo = try await Echo()
        #expect(try mode(of: echo.path) == 0o600)
        #expect(try mode(of: String(echo.path.dropLast("/parley.sock".count))) == 0o700)
    }

    @Test func theFileIsGoneAfterClose() async throws {
        let echo = try await Echo()
        let client = try Client.greeted(echo.path)
        await echo.socket?.close()
        #expect(!FileManager.default.fileExists(atPath: echo.path))
        #expect(try client.line() == nil)
    }

    @Test @NetworkActor func whereSomebodyListensIsRefused() throws {
        let echo = try Echo()
        #expect(throws: ControlSocketError.inUse(pid: getpid())) {
            _ = try ControlServer(at: echo.path, delegate: echo)
        }
        _ = try Client(echo.path)
    }

    @Test @NetworkActor func aSocketThatWasLeftBehindIsReplaced() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/s"
        func leaveBehind() throws {
            let socket = try UnixSocket.make(SOCK_STREAM)
            try unsafe UnixSocket.withAddress(of: path) { address, byteCount throws(SystemError) in
                try retrying("bind") { unsafe bind(socket.rawValue, address, byteCount) }
            }
        }
        try leaveBehind()
        let echo = try Echo()
        let socket = try ControlServer(at: path, delegate: echo)
        _ = try Client(path)
        #expect(socket.clientCount == 0)  // not yet: it is we who would take it
    }

    @Test @NetworkActor func anotherFileIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/precious"
        try "data".write(toFile: path, atomically: true, encoding: .utf8)
        let echo = try Echo()
        #expect(throws: ControlSocketError.notASocket) { _ = try ControlServer(at: path, delegate: echo) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "data")
    }

    @Test func anotherDaemonsSocketIsNotRemoved() async throws {
        let echo = try await Echo()
        try FileManager.default.removeItem(atPath: echo.path)
        try "other".write(toFile: echo.path, atomically: true, encoding: .utf8)
        await echo.socket?.close()
        #expect(FileManager.default.fileExists(atPath: echo.path))
    }

    @Test @NetworkActor func aFolderThatCannotBeMadeIsAnError() throws {
        let echo = try Echo()
        #expect(throws: ControlSocketError.system(SystemError("mkdir", code: ENOENT))) {
            _ = try ControlServer(at: "/nonexistent/deep/s", delegate: echo)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to become another user"))
    func anotherUserGetsNoByte() async throws {
        let echo = try await Echo()
        let script = """
            use Socket; $) = $( = 65534; $> = $< = 65534;
            socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die; connect($s, sockaddr_un($ARGV[0])) or die "connect: $!";
            my $n = sysread($s, my $b, 100); print defined $n ? "read $n" : "error";
            """
        for folder in [echo.path, String(echo.path.dropLast("/parley.sock".count))] { unsafe chmod(folder, 0o777) }
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/perl")
        process.arguments = ["-e", script, echo.path]
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        #expect(String(decoding: text, as: UTF8.self) == "read 0")
        #expect(await echo.events == [.refused(.otherUser(uid: 65_534))])
    }
}
