import Basics
import Foundation
import Testing

@testable import Platform

@Suite struct ServiceManagerTests {
    @Test(arguments: [false, true]) func theServiceManagerHearsThatWeAreReady(isAbstract: Bool) throws {
        let folder = try TemporaryFolder()
        let name = isAbstract ? "@parley-test-\(UUID().uuidString)" : folder.path + "/notify"
        let socket = try UnixSocket.make(SOCK_DGRAM)
        try unsafe UnixSocket.withAddress(of: name) { address, length throws(SystemError) in
            try retrying("bind") { unsafe bind(socket.rawValue, address, length) }
        }
        try ServiceManager.send(ServiceManager.State.ready.text, to: name)
        var buffer = [UInt8](repeating: 0, count: 64)
        var span = buffer.mutableRawSpan
        let count = try socket.read(into: &span)
        #expect(String(decoding: buffer[..<count], as: UTF8.self) == "READY=1")
    }

    @Test func aStatusIsOneLine() {
        #expect(ServiceManager.State.status("one\ntwo").text == "STATUS=one two")
        #expect(
            ServiceManager.State.reloading(at: Instant(nanoseconds: 5_000_000)).text
                == "RELOADING=1\nMONOTONIC_USEC=5000")
    }
}
