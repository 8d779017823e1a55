import Basics
import TestSupport
import Testing

@testable import RTP

/// A stream of three layers is encoded once, and each receiver gets a part that has no holes.
@Suite struct TemporalLayerFilterTests {
    /// One frame of the encoder: layers 0 2 1 2, frames of 2 refer to no other of 2.
    struct Frame {
        let descriptor: VP8Descriptor
        let isKeyFrame: Bool
        let packetCount: Int
    }

    static func frames(_ count: Int, keyFrames: Set<Int> = [0]) -> [Frame] {
        var base = UInt8(200), phase = 0
        return (0..<count).map { number in
            let isKeyFrame = keyFrames.contains(number)
            if isKeyFrame { phase = 0 }
            defer { phase = (phase + 1) % 4 }
            let index: UInt8 = [0, 2, 1, 2][phase]
            if index == 0 { base &+= 1 }
            var descriptor = VP8Descriptor()
            descriptor.isNonReference = index == 2
            descriptor.pictureID = PictureID(UInt16(truncatingIfNeeded: 32_700 + number))
            descriptor.baseIndex = base
            descriptor.layer = TemporalLayer(index: index, isSync: phase == 1 || phase == 2)
            return Frame(descriptor: descriptor, isKeyFrame: isKeyFrame, packetCount: 1 + number % 3)
        }
    }

    @Test(arguments: [0, 1, 2] as [UInt8]) func leftOutFramesLeaveNoHoles(wanted: UInt8) {
        var filter = TemporalLayerFilter(firstPictureID: PictureID(32_760))
        var sender = RTPSender(
            ssrc: 1, firstSequence: SequenceNumber(rawValue: 65_500), firstTimestamp: 0,
            payloadType: VP8Payload.payloadType)
        filter.wanted = wanted
        var picture = PictureID(32_760), sequence = SequenceNumber(rawValue: 65_500), admitted = 0
        for frame in Self.frames(400) {
            guard let descriptor = filter.admit(frame.descriptor, isKeyFrame: frame.isKeyFrame) else {
                #expect(frame.descriptor.layer!.index > wanted)
                continue
            }
            admitted += 1
            #expect(descriptor.layer!.index <= wanted)
            #expect(descriptor.pictureID == picture)
            #expect(descriptor.baseIndex == frame.descriptor.baseIndex)
            picture = picture.next
            for _ in 0..<frame.packetCount {
                let header = sender.nextHeader(mediaTime: 0, marker: false, payloadByteCount: 1)
                #expect(header.sequence == sequence)
                sequence = sequence.next
            }
        }
        #expect(admitted == 100 << Int(wanted))
    }

    @Test func layersComeBackWhereTheyReferToTheBaseAlone() {
        var filter = TemporalLayerFilter(firstPictureID: PictureID(0))
        var got: [UInt8] = []
        for (number, frame) in Self.frames(32).enumerated() {
            if number == 5 { filter.wanted = 0 }
            if number == 15 { filter.wanted = 2 }
            if let descriptor = filter.admit(frame.descriptor, isKeyFrame: frame.isKeyFrame) {
                got.append(descriptor.layer!.index)
            }
        }
        // 15 refers to layer 1, and at 17 that is not there yet: 18 brings it, 21 layer 2.
        #expect(got == [0, 2, 1, 2, 0, 0, 0, 0, 1, 0, 2, 1, 2, 0, 2, 1, 2, 0, 2, 1, 2])
    }

    @Test func nothingFlowsBeforeAKeyFrame() {
        var filter = TemporalLayerFilter(firstPictureID: PictureID(0))
        var got: [Int] = []
        for (number, frame) in Self.frames(40, keyFrames: [0, 20, 30]).enumerated() {
            if number == 2 || number == 22 { filter.wanted = nil }
            if number == 10 || number == 25 { filter.wanted = 2 }
            if number == 12 { #expect(filter.needsKeyFrame) }
            if filter.admit(frame.descriptor, isKeyFrame: frame.isKeyFrame) != nil { got.append(number) }
        }
        #expect(got == [0, 1, 20, 21] + Array(30..<40))
    }

    @Test func framesWithoutLayersAreAllAdmitted() {
        var filter = TemporalLayerFilter(firstPictureID: PictureID(0))
        filter.wanted = 0
        let key = filter.admit(VP8Descriptor(), isKeyFrame: true)
        let other = filter.admit(VP8Descriptor(), isKeyFrame: false)
        #expect(key?.pictureID == PictureID(0) && other?.pictureID == PictureID(1))
    }
}
