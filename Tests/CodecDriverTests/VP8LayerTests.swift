import Basics
import MediaFiles
import RTP
import Testing

@testable import CodecDriver

/// What the encoder says of layers is true, bit by bit: whoever leaves layers out sees what he would have seen of the rest.
@Suite struct VP8LayerTests {
    @Test func layersComeInTurnAndBeginAnewWithAKeyFrame() throws {
        let frames = try Film.encode(try Film.bars(count: 14), keys: [6])
        #expect(frames.map(\.picture.layer.index) == [0, 2, 1, 2, 0, 2, 0, 2, 1, 2, 0, 2, 1, 2])
        #expect(frames.map(\.picture.isKeyFrame) == (0..<14).map { $0 == 0 || $0 == 6 })
        let synchronous = frames.map(\.picture.layer.isSync)
        #expect(synchronous == frames.indices.map { [1, 2, 5, 7, 8, 11, 12].contains($0) })
        #expect(frames.map(\.picture.baseIndex) == [1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4])
        #expect(frames.map(\.picture.isNonReference) == frames.map { $0.picture.layer.index == 2 })
    }

    @Test(arguments: [UInt8(0), 1]) func leavingLayersOutChangesNothingBelow(highest: UInt8) throws {
        let frames = try Film.encode(try Self.film(), keys: [22])
        let all = try Film.decode(frames)
        let kept = frames.indices.filter { frames[$0].picture.layer.index <= highest }
        let some = try Film.decode(kept.map { frames[$0] })
        #expect(zip(kept, some).allSatisfy { all[$0] == $1 })
        #expect(kept.count < frames.count)
    }

    @Test func layerTwoNeedsLayerOneOnlyWithoutSync() throws {
        let frames = try Film.encode(try Self.film())
        let all = try Film.decode(frames)
        let kept = frames.indices.filter {
            frames[$0].picture.layer.index == 0
                || frames[$0].picture.layer.isSync
                    && frames[$0].picture.layer.index == 2
        }
        let some = try Film.decode(kept.map { frames[$0] })
        #expect(zip(kept, some).allSatisfy { all[$0] == $1 })
        #expect(kept.contains { frames[$0].picture.layer.index == 2 })
    }

    @Test func layersComeBackWithTheirSync() throws {
        let frames = try Film.encode(try Self.film())
        let all = try Film.decode(frames)
        // Base alone for three rounds, then layer 1 from its sync on, then all from the sync of layer 2 on.
        let kept = frames.indices.filter { index in
            frames[index].picture.layer.index <= (index < 14 ? 0 : index < 25 ? 1 : 2)
        }
        let some = try Film.decode(kept.map { frames[$0] })
        #expect(zip(kept, some).allSatisfy { all[$0] == $1 })
    }

    @Test func losingAnyFrameOfLayerTwoHarmsNothing() throws {
        let frames = try Film.encode(try Self.film())
        let all = try Film.decode(frames)
        for lost in frames.indices where frames[lost].picture.isNonReference && lost < 9 {
            let kept = frames.indices.filter { $0 != lost }
            let some = try Film.decode(kept.map { frames[$0] })
            #expect(zip(kept, some).allSatisfy { all[$0] == $1 }, "\(lost)")
        }
    }

    @Test func losingABaseFrameHarmsUntilTheKeyFrame() throws {
        let frames = try Film.encode(try Self.film(), keys: [24])
        let all = try Film.decode(frames)
        let kept = frames.indices.filter { $0 != 8 }
        let some = try Film.decode(kept.map { frames[$0] })
        for (index, picture) in zip(kept, some) where index < 8 || index >= 24 { #expect(all[index] == picture) }
        #expect(zip(kept, some).contains { $0 > 8 && $0 < 24 && all[$0] != $1 }, "the loss must show")
    }

    /// Forty frames that move: the real clip where there is one.
    private static func film() throws -> [VideoFrame] {
        Array(try (Film.clip() ?? Film.bars(count: 40)).prefix(40))
    }
}
