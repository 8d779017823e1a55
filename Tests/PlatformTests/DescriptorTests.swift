import Basics
import Foundation
import Testing

@testable import Platform

/// A folder that is removed with it.
final class TemporaryFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/parley-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct DescriptorTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func whatIsWrittenIsReadBack() throws {
        let path = folder.path + "/file"
        let file = try Descriptor.open(path, O_RDWR | O_CREAT)
        try file.writeAll(Array("hello".utf8).rawSpan)
        try file.writeAll(Array("J".utf8).rawSpan, at: 0)
        let again = try Descriptor.open(path, O_RDONLY)
        #expect(try again.readAll(limit: 5) == Array("Jello".utf8))
        #expect(try again.byteCount() == 5)
    }

    @Test func readingMoreThanTheLimitIsRefused() throws {
        let file = try Descriptor.open("/dev/zero", O_RDONLY)
        #expect(throws: SystemError("read", code: EFBIG)) { try file.readAll(limit: 1_000_000) }
    }

    @Test func aMissingFileIsSaidToBeAbsent() {
        let error = #expect(throws: SystemError.self) { _ = try Descriptor.open(folder.path + "/none", O_RDONLY) }
        #expect(error?.isAbsent == true)
        #expect(error?.description == "open: No such file or directory")
    }

    @Test func theDescriptorIsClosedWithItsOwnerAndNotAfterRelease() throws {
        let first = try Pipe(), second = try Pipe()
        _ = Descriptor(owning: first.writer)
        #expect(first.isWriterClosed)
        let number = Descriptor(owning: second.writer).release()
        #expect(!second.isWriterClosed)
        close(number)
    }

    @Test func descriptorsThatNobodyTookAreClosed() throws {
        let pipes = try (0..<3).map { _ in try Pipe() }
        func takeSecond() -> Int32? {
            var all = Descriptors(owning: pipes.map(\.writer))
            #expect(all.count == 3)
            #expect(all.take(3)?.rawValue == nil)
            #expect(all.take(-1)?.rawValue == nil)
            let second = all.take(1)?.release()
            #expect(all.take(1)?.rawValue == nil)
            return second
        }
        #expect(takeSecond() == pipes[1].writer)
        #expect(pipes.map(\.isWriterClosed) == [true, false, true])
        close(pipes[1].writer)
    }
}

/// A pipe whose reading end tells whether the writing end is closed, which its number alone cannot: numbers are reused.
final class Pipe {
    private let reader: Descriptor
    let writer: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try retrying("pipe") { unsafe pipe(&ends) }
        reader = Descriptor(owning: ends[0])
        writer = ends[1]
        try reader.makeNonblocking()
    }

    var isWriterClosed: Bool {
        var buffer: [UInt8] = [0]
        var span = buffer.mutableRawSpan
        return (try? reader.read(into: &span)) == 0
    }
}
