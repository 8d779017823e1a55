import Basics
import Foundation
import Platform

@testable import MediaFiles

/// Y4M and IVF files made for tests, and what readers give.
enum Picture {
    static func y4m(_ header: String, _ frames: [[UInt8]], line: String = "FRAME") -> [UInt8] {
        Array("YUV4MPEG2 \(header)\n".utf8) + frames.flatMap { Array("\(line)\n".utf8) + $0 }
    }

    /// A key frame of VP8, as far as its header; nothing decodes it.
    static func keyFrame(_ width: Int = 64, _ height: Int = 36, filler: Int = 20) -> [UInt8] {
        [0x10, 0, 0, 0x9D, 0x01, 0x2A] + Sample.little(width, 2) + Sample.little(height, 2)
            + [UInt8](repeating: 7, count: filler)
    }

    static func interFrame(_ number: Int = 0) -> [UInt8] { [0x11, 0, 0, UInt8(truncatingIfNeeded: number)] }

    static func ivf(
        _ frames: [(tick: Int, bytes: [UInt8])], codec: String = "VP80", rate: Int = 30, scale: Int = 1,
        headByteCount: Int = 32, version: Int = 0, count: Int = 0
    ) -> [UInt8] {
        Array("DKIF".utf8) + Sample.little(version, 2) + Sample.little(headByteCount, 2) + Array(codec.utf8)
            + Sample.little(64, 2) + Sample.little(36, 2) + Sample.little(rate, 4) + Sample.little(scale, 4)
            + Sample.little(count, 4) + [UInt8](repeating: 0, count: max(4, headByteCount - 28))
            + frames.flatMap { Sample.little($0.bytes.count, 4) + Sample.little($0.tick, 8) + $0.bytes }
    }

    static func y4mReader(_ bytes: [UInt8], loop: Bool = false) throws -> Y4MReader {
        try Y4MReader(MediaInput(Sample.file(bytes)), isLooping: loop)
    }

    static func ivfReader(_ bytes: [UInt8], loop: Bool = false) throws -> IVFReader {
        try IVFReader(MediaInput(Sample.file(bytes)), isLooping: loop)
    }

    static func webmReader(_ bytes: [UInt8], loop: Bool = false) throws -> WebMReader {
        try WebMReader(MediaInput(Sample.file(bytes)), isLooping: loop)
    }

    struct Raw: Equatable {
        let size: FrameSize, time: Duration, bytes: [UInt8]
    }

    /// All frames that there are now, up to `limit`.
    static func frames(of reader: Y4MReader, limit: Int = 1_000) throws -> [Raw] {
        var all: [Raw] = []
        let frame = VideoFrame(try FrameSize(checking: 2, 2))
        while all.count < limit {
            switch reader.read(into: frame) {
            case .frame: all.append(Raw(size: frame.size, time: frame.time, bytes: frame.withBytes { [UInt8]($0) }))
            case .notNow, .ended: return all
            case .failed(let error): throw error
            }
        }
        return all
    }

    static func frames(limit: Int = 10_000, _ read: (inout EncodedFrame) -> ReadOutcome) throws -> [EncodedFrame] {
        var all: [EncodedFrame] = [], frame = EncodedFrame()
        while all.count < limit {
            switch read(&frame) {
            case .frame: all.append(frame)
            case .notNow, .ended: return all
            case .failed(let error): throw error
            }
        }
        return all
    }

    /// Why a file is refused, when it is opened or while it is read; nil when it is not.
    static func reason(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let error as MediaFileError { return error.reason } catch { return "\(error)" }
    }
}
