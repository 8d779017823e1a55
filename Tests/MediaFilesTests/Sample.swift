import Foundation
import MediaURIs
import Platform

@testable import MediaFiles

/// WAV files made for tests, and the folders and pipes that they lie in.
enum Sample {
    struct Pipe: ~Copyable {
        let reader: Descriptor, writer: Descriptor
    }

    struct Folder: ~Copyable {
        let descriptor: Descriptor
        let url: URL
    }

    static func little(_ value: Int, _ byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func chunk(_ id: String, _ body: [UInt8], length: Int? = nil) -> [UInt8] {
        Array(id.utf8) + little(length ?? body.count, 4) + body + (body.count % 2 == 1 ? [0] : [])
    }

    static func format(
        tag: Int = 1, channels: Int = 1, rate: Int = 48_000, bits: Int = 16, block: Int? = nil
    ) -> [UInt8] {
        let block = block ?? channels * ((bits + 7) / 8)
        return little(tag, 2) + little(channels, 2) + little(rate, 4) + little(rate &* block, 4) + little(block, 2)
            + little(bits, 2)
    }

    static func riff(_ chunks: [UInt8], length: Int? = nil) -> [UInt8] {
        Array("RIFF".utf8) + little(length ?? chunks.count + 4, 4) + Array("WAVE".utf8) + chunks
    }

    static func wav(_ data: [UInt8], format: [UInt8] = format(), extra: [UInt8] = []) -> [UInt8] {
        riff(chunk("fmt ", format) + extra + chunk("data", data))
    }

    static func pcm16(_ samples: [Int]) -> [UInt8] { samples.flatMap { little($0, 2) } }

    /// A new file of these bytes, open for reading and writing; nobody else sees it.
    static func file(_ bytes: [UInt8]) throws -> Descriptor {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        let number = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        _ = unsafe unlink(path)
        let descriptor = Descriptor(owning: number)
        let written = unsafe bytes.withUnsafeBytes { unsafe pwrite(number, $0.baseAddress, $0.count, 0) }
        guard number >= 0, written == bytes.count else { throw POSIXError(.EIO) }
        return descriptor
    }

    static func pipe() throws -> Pipe {
        var ends: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw POSIXError(.EIO) }
        return Pipe(reader: Descriptor(owning: ends[0]), writer: Descriptor(owning: ends[1]))
    }

    /// A new empty folder, and its path for looking into.
    static func folder() throws -> Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        return Folder(descriptor: try Descriptor.open(url.path, O_RDONLY | O_DIRECTORY), url: url)
    }

    static func write(_ bytes: [UInt8], to descriptor: borrowing Descriptor) {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor.rawValue, $0.baseAddress, $0.count) }
        precondition(count == bytes.count)
    }

    static func bytes(of descriptor: borrowing Descriptor) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(descriptor.rawValue, $0.baseAddress, $0.count, 0)
        }
        return Array(bytes.prefix(max(0, count)))
    }

    /// All samples of a source, in pieces of 20 ms, up to `limit`.
    static func samples(of source: AudioSource, limit: Int = 100_000) throws -> [Float] {
        var all: [Float] = []
        while all.count < limit {
            var piece = [Float](repeating: 0, count: 960)
            var span = piece.mutableSpan
            switch source.read(into: &span, atMost: span.count) {
            case .samples(let count): all += piece.prefix(count)
            case .notNow, .ended: return all
            case .failed(let error): throw error
            }
        }
        return all
    }

    static func open(_ bytes: [UInt8], _ uri: String = "file:x.wav") throws -> AudioSource {
        try AudioSource.open(SourceURI(uri), file(bytes))
    }

    static func reason(_ bytes: [UInt8]) -> String? {
        do {
            let source = try open(bytes)
            _ = try samples(of: source)
            return nil
        } catch let error as MediaFileError { return error.reason } catch { return "\(error)" }
    }
}
