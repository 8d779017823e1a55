import Basics
import Foundation
import TestSupport
import Testing

@testable import RTP

/// The streams with which VP8 decoders are tested: every frame goes through packets unchanged, and tells what it is.
@Suite struct VP8VectorTests {
    @Test(.enabled(if: Vectors.folder("vp8") != nil, "PARLEY_VECTORS is not set"))
    func framesGoThroughPacketsUnchangedVector() throws {
        let folder = try #require(Vectors.folder("vp8"))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".ivf") }
        var tally = VectorTally()
        for name in names.sorted() {
            let isCarried = try Self.isCarried([UInt8](Data(contentsOf: folder.appendingPathComponent(name))))
            tally.record(name, isCarried)
        }
        tally.report("vp8 packets")
        #expect(tally.failures.isEmpty && tally.passed > 0, "\(tally.failures)")
    }

    /// Whether each frame of an IVF file survives, and the key frames say the size that the file says.
    private static func isCarried(_ file: [UInt8]) throws -> Bool {
        var reader = ByteReader(file.rawSpan)
        let header = try reader.array(32)
        let size = PictureSize(
            width: Int(header[12]) | Int(header[13]) << 8, height: Int(header[14]) | Int(header[15]) << 8)
        var isGood = true, count = 0
        while !reader.isAtEnd {
            let byteCount = Int(try reader.littleEndian(UInt32.self))
            _ = try reader.array(8)
            let frame = try reader.array(byteCount)
            let parsed = try VP8FrameHeader(parsing: frame.rawSpan)
            let isKeyFrame = VP8FrameHeader.isKeyFrame(frame.rawSpan)
            isGood = isGood && parsed.isKeyFrame == isKeyFrame && parsed.firstPartitionByteCount <= byteCount
            isGood = isGood && (parsed.size == nil ? count > 0 : parsed.size == size)
            isGood = try isGood && carried(frame) == frame
            count += 1
        }
        return isGood && count > 0
    }

    private static func carried(_ frame: [UInt8]) throws -> [UInt8] {
        var descriptor = VP8Descriptor()
        descriptor.pictureID = PictureID(1)
        let packetizer = VP8Packetizer(frameByteCount: frame.count, descriptor, maximumByteCount: 300)
        var together: [UInt8] = []
        for index in 0..<packetizer.count {
            var packet = [UInt8](repeating: 0, count: 300)
            var span = packet.mutableRawSpan
            let count = packetizer.write(index, of: frame.rawSpan, to: &span, at: 0)
            together += [UInt8](try VP8Payload(parsing: packet.rawSpan.extracting(0..<count)).piece)
        }
        return together
    }
}
