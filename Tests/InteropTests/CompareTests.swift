import Foundation
import MediaFiles
import TestSupport
import Testing

/// What `contrib/compare` finds in sound and pictures, without a call.
@Suite(.timeLimit(.minutes(10)))
struct CompareTests {
    private func check(_ arguments: String..., in folder: TemporaryFolder) throws -> [UInt8] {
        let script = Project.root.appendingPathComponent("Tests/InteropTests/Compare/checks.py")
        let peers = Project.root.appendingPathComponent("contrib/peers")
        let result = try Command(path: "/usr/bin/python3").run(["-B", script.path, peers.path] + arguments, in: folder)
        #expect(result.exitCode == 0, "\(result.error)")
        return result.output
    }

    @Test("lost and late is told from heard and seen", arguments: ["sound", "pictures"])
    func tellsWhatCame(kind: String) throws {
        try TemporaryFolder.with { folder in
            let told = String(decoding: try check(kind, in: folder), as: UTF8.self)
            #expect(told == "all of it\n")
        }
    }

    @Test("its stamp is that of test:bars", arguments: [0, 7, 0xAB_CDEF])
    func stampsAsWeDo(number: Int) throws {
        try TemporaryFolder.with { folder in
            let bytes = try check("stamp", String(number), in: folder)
            let size = try #require(FrameSize(width: 640, height: 360))
            try #require(bytes.count == size.byteCount)
            let frame = VideoFrame(size)
            frame.withMutableBytes { target in
                unsafe target.withUnsafeMutableBytes { unsafe $0.copyBytes(from: bytes) }
            }
            let stamp = try #require(FrameStamp(reading: frame))
            #expect(stamp == FrameStamp(number: number, time: .milliseconds(65_432) + .microseconds(100)))
        }
    }
}
