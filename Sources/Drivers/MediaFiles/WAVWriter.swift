internal import Basics
internal import Platform

/// Writes a WAV file or stream: one write of samples at a time, no waiting.
///
/// A file's header is brought up to date behind each write, so that the file can be played whenever this process dies.
/// A stream has a header without length, and goes out with the first samples.
final class WAVWriter {
    private let descriptor: Descriptor
    private let isFile: Bool
    private var header: [UInt8]
    private var dataByteCount = 0
    /// What a stream took only in part, and its header in the beginning.
    private var unsent: [UInt8] = []
    private var hasBegun = false

    init(_ descriptor: consuming Descriptor) throws(MediaFileError) {
        do throws(SystemError) {
            switch try descriptor.kind() {
            case .directory: throw .isDirectory
            case .stream: isFile = false
            case .regularFile(let isAppending):
                isFile = !isAppending  // one cannot go back to the header of a file that only grows
                try descriptor.truncate()
            }
        } catch { throw .system(error) }
        self.descriptor = descriptor
        header = WAVHeader.bytes(dataByteCount: isFile ? 0 : nil)
        unsent.reserveCapacity(AudioSink.longestWrite * 2 + WAVHeader.byteCount)
        if !isFile { unsent = header }
    }

    func write(_ samples: Span<Int16>) -> AudioSink.Outcome {
        isFile ? writeFile(samples) : writeStream(samples)
    }

    /// Writes what is left to write: the header of a file or stream that had no samples.
    func finish() -> AudioSink.Outcome {
        if isFile, dataByteCount == 0 { return writeHeader() }
        guard !isFile, !unsent.isEmpty else { return .written }
        return outcome(descriptor.writeAvailable(unsent.rawSpan))
    }

    private func writeFile(_ samples: Span<Int16>) -> AudioSink.Outcome {
        let bytes = unsafe samples.bytes  // little-endian, as every processor that Debian's Swift runs on
        var written = 0
        while written < bytes.byteCount {
            let offset = WAVHeader.byteCount + dataByteCount
            switch descriptor.write(bytes.extracting(droppingFirst: written), at: offset) {
            case .bytes(let count) where count > 0:
                written += count
                dataByteCount += count
            case .bytes, .notNow, .end: return .failed(.system(.noSpace))
            case .failed(let error):
                _ = writeHeader()
                return .failed(.system(error))
            }
        }
        return writeHeader()
    }

    private func writeHeader() -> AudioSink.Outcome {
        WAVHeader.update(&header, dataByteCount: dataByteCount)
        return outcome(descriptor.write(header.rawSpan, at: 0))
    }

    private func writeStream(_ samples: Span<Int16>) -> AudioSink.Outcome {
        // What a reader got in part, it gets whole before anything else: samples are never cut in two.
        if hasBegun, !unsent.isEmpty {
            let outcome = sendUnsent()
            guard unsent.isEmpty else { return outcome == .written ? .full : outcome }
        }
        let bytes = unsafe samples.bytes
        unsafe bytes.withUnsafeBytes { unsafe unsent.append(contentsOf: $0) }
        let outcome = sendUnsent()
        if outcome == .full { unsent.removeLast(bytes.byteCount) }
        return outcome
    }

    private func sendUnsent() -> AudioSink.Outcome {
        let result = descriptor.writeAvailable(unsent.rawSpan)
        if case .bytes(let count) = result {
            unsent.removeFirst(count)
            hasBegun = true
        }
        return outcome(result)
    }

    private func outcome(_ result: Descriptor.Outcome) -> AudioSink.Outcome {
        switch result {
        case .bytes: .written
        case .notNow, .end: .full
        case .failed(let error) where error.isBrokenPipe:
            .failed(MediaFileError(fault: .system, reason: "the reader of the pipe is gone"))
        case .failed(let error): .failed(.system(error))
        }
    }
}
