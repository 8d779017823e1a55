import Basics
import Foundation
import Testing

@testable import Platform

@Suite struct UnixSocketTests {
    @Test(arguments: [10, 150]) func aPathOfAnyLengthIsReached(length: Int) throws {
        let folder = try TemporaryFolder()
        let directory = folder.path + "/" + String(repeating: "d", count: length)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        let listener = try UnixSocket.make(SOCK_STREAM)
        try unsafe UnixSocket.withAddress(of: directory + "/s") { address, byteCount throws(SystemError) in
            try retrying("bind") { unsafe bind(listener.rawValue, address, byteCount) }
        }
        try retrying("listen") { listen(listener.rawValue, 1) }
        let client = try UnixSocket.connect(to: directory + "/s")
        let server = Descriptor(owning: try retrying("accept") { accept(listener.rawValue, nil, nil) })
        try UnixSocket.send(Array("line\n".utf8).rawSpan, on: client)
        var buffer = [UInt8](repeating: 0, count: 8)
        var span = buffer.mutableRawSpan
        #expect(try server.read(into: &span) == 5)
    }

    @Test func nobodyListeningIsAnError() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SystemError("connect", code: ENOENT)) { _ = try UnixSocket.connect(to: folder.path + "/s") }
    }
}
