internal import Basics
internal import Platform

/// Where the bytes of a video file or stream go, written without waiting.
///
/// A file takes all at once. What a stream does not take at once waits here and goes out before anything else, so that
/// a reader gets whole frames or none; when too much waits, the next frame is left out.
final class MediaOutput {
    private let descriptor: Descriptor
    /// Whether one can go back in it. A file that only grows is a stream.
    let isFile: Bool
    /// Bytes that were taken.
    private(set) var byteCount = 0
    /// What a stream has not taken yet: `waiting[first...]`.
    private var waiting: [UInt8] = []
    private var first = 0
    private var error: MediaFileError?

    /// Bytes of a stream that may wait before frames are left out: what its reader may stall at 8 Mbit/s for a second.
    static let mostWaiting = 1 << 20
    /// A pipe that is ready takes as many without waiting.
    private static let piece = 4_096

    init(_ descriptor: consuming Descriptor) throws(MediaFileError) {
        do throws(SystemError) {
            switch try descriptor.kind() {
            case .directory: throw .isDirectory
            case .stream:
                isFile = false
                descriptor.enlargePipe()
            case .regularFile(let isAppending):
                isFile = !isAppending
                try descriptor.truncate()
            }
        } catch { throw .system(error) }
        self.descriptor = descriptor
    }

    /// The number to poll for room, and then to call `flush`; nil while nothing waits.
    var pollDescriptor: Int32? { first < waiting.count ? descriptor.rawValue : nil }

    /// Writes both, one behind the other, or nothing of them.
    func append(_ head: RawSpan, _ body: RawSpan = RawSpan()) -> WriteOutcome {
        if let error { return .failed(error) }
        return isFile ? appendToFile(head, body) : appendToStream(head, body)
    }

    /// Writes over bytes of a file that stand there already.
    func patch(_ bytes: RawSpan, at offset: Int) -> WriteOutcome {
        precondition(isFile && offset + bytes.byteCount <= byteCount)
        if let error { return .failed(error) }
        guard case .failed(let system) = descriptor.write(bytes, at: offset) else { return .written }
        return fail(system)
    }

    /// Sends what waits, as far as the stream takes it. `.full` when something still waits.
    func flush() -> WriteOutcome {
        if let error { return .failed(error) }
        while first < waiting.count {
            let end = min(waiting.count, first + Self.piece)
            switch descriptor.writeAvailable(waiting.rawSpan.extracting(first..<end)) {
            case .bytes(let count): first += count
            case .notNow, .end: return .full
            case .failed(let system): return fail(system)
            }
        }
        waiting.removeAll(keepingCapacity: true)
        first = 0
        return .written
    }

    private func appendToFile(_ head: RawSpan, _ body: RawSpan) -> WriteOutcome {
        let total = head.byteCount + body.byteCount
        var written = 0
        while written < total {
            let headDone = min(written, head.byteCount)
            let outcome = descriptor.write(
                head.extracting(droppingFirst: headDone), body.extracting(droppingFirst: written - headDone),
                at: byteCount + written)
            switch outcome {
            case .bytes(let count) where count > 0: written += count
            case .bytes, .notNow, .end: return fail(.noSpace)
            case .failed(let system): return fail(system)
            }
        }
        byteCount += total
        return .written
    }

    private func appendToStream(_ head: RawSpan, _ body: RawSpan) -> WriteOutcome {
        if case .failed(let error) = flush() { return .failed(error) }
        let total = head.byteCount + body.byteCount
        // When nothing waits a frame of any size is taken.
        guard first == waiting.count || waiting.count - first + total <= Self.mostWaiting else { return .full }
        waiting.removeFirst(first)
        first = 0
        unsafe head.withUnsafeBytes { unsafe waiting.append(contentsOf: $0) }
        unsafe body.withUnsafeBytes { unsafe waiting.append(contentsOf: $0) }
        byteCount += total
        if case .failed(let error) = flush() { return .failed(error) }
        return .written
    }

    private func fail(_ system: SystemError) -> WriteOutcome {
        let error =
            system.isBrokenPipe
            ? MediaFileError(fault: .system, reason: "the reader of the pipe is gone") : .system(system)
        self.error = error
        return .failed(error)
    }
}
