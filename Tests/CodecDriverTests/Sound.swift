import Basics
import Foundation
import MediaFiles
import MediaURIs
import Platform

/// Sound for tests, and the files and pipes that it lies in.
enum Sound {
    /// A steady tone.
    static func tone(_ frequency: Double, count: Int, amplitude: Double = 0.3, rate: Double = 48_000) -> [Float] {
        (0..<count).map { Float(amplitude * sin(2 * .pi * frequency * Double($0) / rate)) }
    }

    /// The test signal that is like speech.
    static func speech(count: Int) throws -> [Float] {
        let source = try AudioSource.open(SourceURI("test:speech"), nil)
        var samples = [Float](repeating: 0, count: count)
        var span = samples.mutableSpan
        _ = source.read(into: &span, atMost: count)
        return samples
    }

    static func power(_ samples: some Collection<Float>) -> Double {
        samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))
    }

    /// How much of `samples` is the tone of `frequency`: its amplitude.
    static func amplitude(_ frequency: Double, in samples: some Collection<Float>, rate: Double = 48_000) -> Double {
        var real = 0.0, imaginary = 0.0
        for (index, sample) in samples.enumerated() {
            let angle = 2 * .pi * frequency * Double(index) / rate
            real += Double(sample) * cos(angle)
            imaginary += Double(sample) * sin(angle)
        }
        return 2 * (real * real + imaginary * imaginary).squareRoot() / Double(max(1, samples.count))
    }

    /// A WAV file of 16 bits, one channel.
    static func wav(_ samples: [Float], rate: Int = 48_000) -> [UInt8] {
        var writer = ByteWriter()
        writer.append("RIFF".utf8)
        writer.littleEndian(UInt32(36 + samples.count * 2))
        writer.append("WAVEfmt ".utf8)
        for value in [16, 0, 1 | 1 << 16, rate, rate * 2, 2 | 16 << 16] where value != 0 {
            writer.littleEndian(UInt32(value))
        }
        writer.append("data".utf8)
        writer.littleEndian(UInt32(samples.count * 2))
        for sample in samples { writer.littleEndian(Int16(sample * 32_767)) }
        return writer.bytes
    }

    /// The samples behind a header of 44 bytes.
    static func samples(ofWAV bytes: [UInt8]) -> [Float] {
        stride(from: 44, to: bytes.count - 1, by: 2).map { index in
            Float(Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)) / 32_768
        }
    }

    static func source(_ samples: [Float], rate: Int = 48_000) throws -> AudioSource {
        let file = try file()
        try file.writeAll(wav(samples, rate: rate).rawSpan, at: 0)
        return try AudioSource.open(SourceURI("file:x.wav"), file)
    }

    /// A new file that nobody else sees.
    static func file() throws -> Descriptor {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        let descriptor = try Descriptor.open(path, O_RDWR | O_CREAT | O_EXCL)
        try FileManager.default.removeItem(atPath: path)
        return descriptor
    }

    static func bytes(of descriptor: borrowing Descriptor) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: try descriptor.byteCount())
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(descriptor.rawValue, $0.baseAddress, $0.count, 0)
        }
        return Array(bytes.prefix(max(0, count)))
    }

    struct Pipe: ~Copyable {
        let reader: Descriptor, writer: Descriptor
    }

    static func pipe() throws -> Pipe {
        var ends: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw POSIXError(.EIO) }
        return Pipe(reader: Descriptor(owning: ends[0]), writer: Descriptor(owning: ends[1]))
    }
}
