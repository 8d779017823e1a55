import Basics
import TestSupport
import Testing

@testable import RTP

@Suite struct VP8PayloadTests {
    static func descriptor(using random: inout SplitMix) -> VP8Descriptor {
        var descriptor = VP8Descriptor()
        descriptor.isNonReference = Bool.random(using: &random)
        descriptor.isStartOfPartition = Bool.random(using: &random)
        descriptor.partition = .random(in: 0...7, using: &random)
        let number = UInt16.random(in: 0...0x7FFF, using: &random)
        descriptor.pictureID = [nil, PictureID(number), PictureID(short: UInt8(number & 0x7F))].randomElement(
            using: &random)!
        if Bool.random(using: &random) { descriptor.baseIndex = .random(in: 0...255, using: &random) }
        if Bool.random(using: &random) {
            descriptor.layer = TemporalLayer(
                index: .random(in: 0...3, using: &random), isSync: Bool.random(using: &random))
        }
        if Bool.random(using: &random) { descriptor.keyIndex = .random(in: 0...31, using: &random) }
        return descriptor
    }

    @Test(arguments: UInt64(0)..<500) func descriptorsAreReadAsWritten(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let descriptor = Self.descriptor(using: &random)
        var bytes = [UInt8](repeating: 0xAA, count: descriptor.byteCount + 3)
        var span = bytes.mutableRawSpan
        descriptor.write(to: &span, at: 2)
        #expect(descriptor.byteCount <= VP8Descriptor.maximumByteCount)
        #expect(bytes[0] == 0xAA && bytes[1] == 0xAA && bytes.last == 0xAA)
        let payload = try VP8Payload(parsing: bytes.rawSpan.extracting(droppingFirst: 2))
        let (read, piece) = (payload.descriptor, [UInt8](payload.piece))
        #expect(read == descriptor, "seed \(seed)")
        #expect(piece == [0xAA])
        for count in 0...descriptor.byteCount {
            let cut = Array(bytes[2..<(2 + count)])
            #expect(throws: RTPDropReason.self) { _ = try VP8Payload(parsing: cut.rawSpan).descriptor }
        }
    }

    @Test func fieldsStandWhereTheRFCDrawsThem() throws {
        var descriptor = VP8Descriptor()
        descriptor.isNonReference = true
        descriptor.isStartOfPartition = true
        descriptor.partition = 5
        descriptor.pictureID = PictureID(0x1234)
        descriptor.baseIndex = 0x56
        descriptor.layer = TemporalLayer(index: 2, isSync: true)
        descriptor.keyIndex = 9
        var bytes = [UInt8](repeating: 0, count: 6)
        var span = bytes.mutableRawSpan
        descriptor.write(to: &span, at: 0)
        #expect(bytes == [0xB5, 0xF0, 0x92, 0x34, 0x56, 0xA9])
    }

    @Test func reservedBitsAndAnEmptyExtensionAreNotMinded() throws {
        let bytes: [UInt8] = [0x90 | 0x48, 0x0F, 7]
        let payload = try VP8Payload(parsing: bytes.rawSpan)
        let (isStart, pictureID, piece) = (
            payload.descriptor.isStartOfFrame, payload.descriptor.pictureID, [UInt8](payload.piece)
        )
        #expect(isStart && pictureID == nil && piece == [7])
    }

    @Test func pictureNumbersWrapInTheirOwnLength() {
        #expect(PictureID(0x7FFF).next == PictureID(0))
        #expect(PictureID(short: 0x7F).next == PictureID(short: 0))
        #expect(PictureID(0x7F).next == PictureID(0x80))
    }

    @Test(arguments: [1, 2, 99, 100, 101, 1_156, 1_157, 1_158, 20_000, 250_001])
    func piecesMakeUpTheFrame(frameByteCount: Int) throws {
        var random = SplitMix(seed: UInt64(frameByteCount))
        let frame = (0..<frameByteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
        var descriptor = VP8Descriptor()
        descriptor.pictureID = PictureID(77)
        descriptor.baseIndex = 3
        descriptor.layer = TemporalLayer(index: 1, isSync: false)
        let packetizer = VP8Packetizer(frameByteCount: frameByteCount, descriptor, maximumByteCount: 1_162)
        var together: [UInt8] = [], lengths: Set<Int> = []
        for index in 0..<packetizer.count {
            var packet = [UInt8](repeating: 0, count: 1_176)
            var span = packet.mutableRawSpan
            let count = packetizer.write(index, of: frame.rawSpan, to: &span, at: RTPHeader.byteCount)
            let payload = try VP8Payload(
                parsing: packet.rawSpan.extracting(RTPHeader.byteCount..<(RTPHeader.byteCount + count)))
            let (isStart, pictureID) = (payload.descriptor.isStartOfFrame, payload.descriptor.pictureID)
            #expect(count <= 1_162)
            #expect(isStart == (index == 0))
            #expect(pictureID == PictureID(77))
            #expect(packetizer.isLast(index) == (index == packetizer.count - 1))
            lengths.insert(payload.piece.byteCount)
            together += [UInt8](payload.piece)
        }
        #expect(together == frame)
        #expect(lengths.max()! - lengths.min()! <= 1)
    }

    @Test func keyFramesTellTheirSize() throws {
        let key: [UInt8] = [0x50, 0x02, 0x00, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x41]
        let header = try VP8FrameHeader(parsing: key.rawSpan)
        #expect(header.size == PictureSize(width: 640, height: 360))
        #expect(header.isKeyFrame && header.isShown && header.firstPartitionByteCount == 0x12)
        let isKeyFrame = VP8FrameHeader.isKeyFrame(key.rawSpan)
        #expect(isKeyFrame)
        let later: [UInt8] = [0x41, 0, 0]
        let other = try VP8FrameHeader(parsing: later.rawSpan)
        #expect(!other.isKeyFrame && !other.isShown && other.firstPartitionByteCount == 2)
        for count in 0..<key.count {
            #expect(throws: RTPDropReason.self) { try VP8FrameHeader(parsing: Array(key.prefix(count)).rawSpan) }
        }
        for index in [3, 4, 5] {
            var wrong = key
            wrong[index] ^= 1
            #expect(throws: RTPDropReason.noKeyFrame) { try VP8FrameHeader(parsing: wrong.rawSpan) }
        }
        #expect(throws: RTPDropReason.noKeyFrame) {
            try VP8FrameHeader(parsing: ([0x50, 0, 0, 0x9D, 0x01, 0x2A, 0, 0xC0, 1, 0] as [UInt8]).rawSpan)
        }
    }

    @Test func whatIsSentAgainKeepsItsNumber() throws {
        var packet: [UInt8] = [9, 9, 9, 1, 2, 3]
        var span = packet.mutableRawSpan
        let count = RTXPayload.writeHeader(SequenceNumber(rawValue: 0xABCD), to: &span, at: 1)
        #expect(count == 2)
        #expect(packet == [9, 0xAB, 0xCD, 1, 2, 3])
        let payload = try RTXPayload(parsing: packet.rawSpan.extracting(1..<6))
        let (sequence, bytes) = (payload.originalSequence, [UInt8](payload.original))
        #expect(sequence.rawValue == 0xABCD && bytes == [1, 2, 3])
        #expect(throws: RTPDropReason.truncated(have: 1, need: 2)) {
            _ = try RTXPayload(parsing: packet.rawSpan.extracting(1..<2)).originalSequence
        }
    }
}
