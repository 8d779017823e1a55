import Basics
import RTP

@testable import Playout

/// An encoder of three temporal layers (0 2 1 2) without pixels: what each frame is, and which frames it refers to.
struct VideoStream {
    struct Frame {
        let number: Int
        let descriptor: VP8Descriptor
        let isKeyFrame: Bool
        /// The frames that it refers to.
        let references: [Int]
        let packetCount: Int
        var layer: Int { Int(descriptor.layer?.index ?? 0) }
    }

    /// The last frames of layers 0 and 1.
    private var base = 0, middle = 0
    private var baseIndex: UInt8 = 250
    private var phase = 0
    private var count = 0

    /// Packets of a frame of each layer, and of a key frame.
    var packetCounts = [4, 2, 2], keyPacketCount = 20

    mutating func next(isKeyFrame: Bool) -> Frame {
        let number = count
        count += 1
        if isKeyFrame { phase = 0 }
        defer { phase = (phase + 1) % 4 }
        let layer = [0, 2, 1, 2][phase]
        if layer == 0 { baseIndex &+= 1 }
        let references = isKeyFrame ? [] : phase == 3 ? [base, middle] : [base]
        if layer == 0 { base = number }
        if layer == 1 { middle = number }
        var descriptor = VP8Descriptor()
        descriptor.isNonReference = layer == 2
        descriptor.baseIndex = baseIndex
        descriptor.layer = TemporalLayer(index: UInt8(layer), isSync: phase == 1 || phase == 2)
        return Frame(
            number: number, descriptor: descriptor, isKeyFrame: isKeyFrame, references: references,
            packetCount: isKeyFrame ? keyPacketCount : packetCounts[layer])
    }
}
