internal import Basics
internal import Platform

/// A WAV file or stream behind a descriptor, read piece by piece.
final class WAVStream {
    private let descriptor: Descriptor
    let isFile: Bool
    private let isLooping: Bool
    private var header = WAVHeaderReader()
    /// Bytes that were read and not used yet: `buffer[first..<end]`.
    private var buffer = [UInt8](repeating: 0, count: capacity)
    private var first = 0, end = 0
    private var offset = 0  // in a file, of the next byte to read
    private var dataOffset = 0  // in a file, of the first sample
    private var dataRead = 0  // bytes of samples decoded since there
    private var hasEnded = false

    /// At least one block of the most channels that a header can tell.
    private static let capacity = 65_536

    /// `seen` are bytes that were read from a stream already.
    init(_ descriptor: consuming Descriptor, isLooping: Bool, seen: [UInt8] = []) throws(MediaFileError) {
        do throws(SystemError) {
            offset = try descriptor.position()
            switch try descriptor.kind() {
            case .regularFile: isFile = true
            case .stream: isFile = false
            case .directory: throw .isDirectory
            }
        } catch { throw .system(error) }
        self.descriptor = descriptor
        self.isLooping = isLooping
        guard isFile || !isLooping else { throw .data("only a file can be repeated") }
        buffer.replaceSubrange(0..<seen.count, with: seen)
        end = seen.count
        if isFile {
            try readFileHeader()
            try readFirstBlock()
        }
    }

    var pollDescriptor: Int32 { descriptor.rawValue }

    var format: WAVFormat? { header.isComplete ? header.format : nil }

    func read(into samples: inout MutableSpan<Float>, atMost limit: Int) -> AudioSource.Outcome {
        while true {
            if let count = decode(into: &samples, atMost: limit) { return .samples(count) }
            if hasEnded || isDataUsedUp {
                guard rewind() else { return ending }
                continue
            }
            switch fill(wanting: limit) {
            case .bytes: break
            case .notNow: return .notNow
            case .end: hasEnded = true
            case .failed(let error): return .failed(.system(error))
            }
            if !header.isComplete, let error = consumeHeader() { return .failed(error) }
        }
    }

    /// Decodes what is in the buffer; nil when that is not one block.
    private func decode(into samples: inout MutableSpan<Float>, atMost limit: Int) -> Int? {
        guard let format else { return nil }
        let left = header.dataByteCount.map { $0 - dataRead } ?? .max
        let bytes = buffer  // lends the same memory: a span may not reach into a class
        let count = format.decode(
            bytes.rawSpan.extracting(first..<first + min(end - first, left)), into: &samples, atMost: limit)
        guard count > 0 else { return nil }
        first += count * format.blockByteCount
        dataRead += count * format.blockByteCount
        return count
    }

    private var isDataUsedUp: Bool {
        guard let format, let dataByteCount = header.dataByteCount else { return false }
        return dataByteCount - dataRead < format.blockByteCount
    }

    private var ending: AudioSource.Outcome {
        guard dataRead == 0 else { return .ended }
        return .failed(header.isComplete ? Self.noSamples : header.endError())
    }

    private static let noSamples = MediaFileError.data("it has no samples")

    /// Back to the first sample; false when it is not to be repeated or there is none.
    private func rewind() -> Bool {
        guard isLooping, dataRead > 0 else { return false }
        (first, end, dataRead, offset, hasEnded) = (0, 0, 0, dataOffset, false)
        return true
    }

    /// Reads more bytes behind those that wait: from a file no more than `sampleCount` samples need.
    private func fill(wanting sampleCount: Int) -> Descriptor.Outcome {
        compact()
        guard isFile else { return took(descriptor.readAvailable(into: &buffer, end..<Self.capacity)) }
        let wanted = sampleCount * (format?.blockByteCount ?? 512)
        return took(descriptor.read(into: &buffer, end..<min(Self.capacity, end + wanted), at: offset))
    }

    private func took(_ outcome: Descriptor.Outcome) -> Descriptor.Outcome {
        if case .bytes(let count) = outcome {
            end += count
            offset += count
        }
        return outcome
    }

    private func compact() {
        if first > 0, first < end {
            unsafe buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                unsafe base.copyMemory(from: base + first, byteCount: end - first)
            }
        }
        (first, end) = (0, end - first)
    }

    private func consumeHeader() -> MediaFileError? {
        let bytes = buffer
        do {
            first += try header.consume(bytes.rawSpan.extracting(first..<end))
            return nil
        } catch { return error }
    }

    private func readFileHeader() throws(MediaFileError) {
        while !header.isComplete {
            switch fill(wanting: 1) {
            case .bytes: break
            case .end, .notNow: throw header.endError()
            case .failed(let error): throw .system(error)
            }
            if let error = consumeHeader() { throw error }
            jump()
        }
        dataOffset = offset - (end - first)
    }

    /// A file without sound would make a silent call: that is known before anybody is called.
    private func readFirstBlock() throws(MediaFileError) {
        guard let format, !isDataUsedUp else { throw Self.noSamples }
        while end - first < format.blockByteCount {
            switch fill(wanting: 1) {
            case .bytes: break
            case .end, .notNow: throw Self.noSamples
            case .failed(let error): throw .system(error)
            }
        }
    }

    /// In a file, chunks of no interest need not be read.
    private func jump() {
        guard first == end, header.bytesToSkip > 0 else { return }
        offset += header.bytesToSkip
        header.skipped(header.bytesToSkip)
    }
}
