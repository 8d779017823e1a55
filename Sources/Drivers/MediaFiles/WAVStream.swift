internal import Basics
internal import Platform

/// A WAV file or stream behind a descriptor, read piece by piece.
final class WAVStream {
    private let input: MediaInput
    private let isLooping: Bool
    private var header = WAVHeaderReader()
    private var dataOffset = 0  // in a file, of the first sample
    private var dataRead = 0  // bytes of samples decoded since there
    private var hasEnded = false

    /// `seen` are bytes that were read from a stream already.
    init(_ descriptor: consuming Descriptor, isLooping: Bool, seen: [UInt8] = []) throws(MediaFileError) {
        input = try MediaInput(descriptor, seen: seen)
        self.isLooping = isLooping
        guard input.isFile || !isLooping else { throw .data("only a file can be repeated") }
        if input.isFile {
            try readFileHeader()
            try readFirstBlock()
        }
    }

    var isFile: Bool { input.isFile }

    /// The number to poll while `read` answers `.notNow`; nil for a file.
    var pollDescriptor: Int32? { input.pollDescriptor }

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
        let count = input.withBytes { format.decode($0.extracting(first: left), into: &samples, atMost: limit) }
        guard count > 0 else { return nil }
        input.use(count * format.blockByteCount)
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
        input.seek(to: dataOffset)
        (dataRead, hasEnded) = (0, false)
        return true
    }

    /// Reads more bytes behind those that wait: from a file no more than `sampleCount` samples need. A block, of up to
    /// 65,535 bytes, always fits.
    private func fill(wanting sampleCount: Int) -> Descriptor.Outcome {
        isFile ? input.fill(atMost: sampleCount * (format?.blockByteCount ?? 512)) : input.fill()
    }

    private func consumeHeader() -> MediaFileError? {
        do throws(MediaFileError) {
            input.use(try input.withBytes { bytes throws(MediaFileError) in try header.consume(bytes) })
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
        dataOffset = input.position
    }

    /// A file without sound would make a silent call: that is known before anybody is called.
    private func readFirstBlock() throws(MediaFileError) {
        guard let format, !isDataUsedUp else { throw Self.noSamples }
        while input.count < format.blockByteCount {
            switch fill(wanting: 1) {
            case .bytes: break
            case .end, .notNow: throw Self.noSamples
            case .failed(let error): throw .system(error)
            }
        }
    }

    /// In a file, chunks of no interest need not be read.
    private func jump() {
        guard input.count == 0, header.bytesToSkip > 0 else { return }
        input.skip(header.bytesToSkip)
        header.skipped(header.bytesToSkip)
    }
}
