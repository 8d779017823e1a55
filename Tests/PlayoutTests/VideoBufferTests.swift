import Basics
import TestSupport
import Testing

@testable import Playout

/// Which frames the buffer gives, and what it keeps.
@Suite struct VideoBufferTests {
    static func packet(
        _ number: Int, frame: Int, isFirst: Bool = true, isLast: Bool = true, kind: VideoPacket.Kind
    ) -> VideoPacket {
        VideoPacket(
            sequence: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: 65_530 + number)),
            timestamp: UInt32(truncatingIfNeeded: frame * 3_000), arrival: .zero + .milliseconds(number),
            byteCount: 100,
            isFirst: isFirst, isLast: isLast, kind: kind)
    }

    static let key = VideoPacket.Kind(isKeyFrame: true, layer: VideoLayer(index: 0, base: 255, isSync: false))

    static func kind(_ layer: UInt8, base: UInt8, isSync: Bool = false, isNonReference: Bool = false)
        -> VideoPacket.Kind
    {
        VideoPacket.Kind(
            isKeyFrame: false, isNonReference: isNonReference,
            layer: VideoLayer(index: layer, base: base, isSync: isSync))
    }

    /// The frames that come out at once when these come in, one packet each; nil stands for a lost one.
    static func decoded(_ kinds: [VideoPacket.Kind?]) -> [Int] {
        var buffer = VideoBuffer(), decoded: [Int] = []
        for (number, kind) in kinds.enumerated() {
            if let kind { _ = buffer.insert(packet(number, frame: number, kind: kind)) }
            drain: while true {
                switch buffer.next() {
                case .ready(let candidate), .ahead(let candidate):
                    decoded.append(Int(candidate.frame.timestamp / 3_000))
                    buffer.take(candidate)
                case .blocked, .nothing: break drain
                }
            }
        }
        return decoded
    }

    @Test func baseFramesFollowEachOtherOrNothingDoes() {
        #expect(Self.decoded([Self.key, Self.kind(0, base: 0), Self.kind(0, base: 1)]) == [0, 1, 2])
        #expect(Self.decoded([Self.key, nil, Self.kind(0, base: 1), Self.kind(0, base: 2)]) == [0])
        #expect(Self.decoded([Self.key, nil, Self.kind(0, base: 1), Self.key, Self.kind(0, base: 0)]) == [0, 3, 4])
        #expect(Self.decoded([Self.kind(0, base: 0), Self.kind(0, base: 1)]) == [], "without a key frame")
    }

    @Test func whatWasLostAboveTheBaseIsPassedOver() {
        let lost = Self.decoded([Self.key, nil, nil, nil, Self.kind(0, base: 0), Self.kind(1, base: 0, isSync: true)])
        #expect(lost == [0, 4, 5])
    }

    @Test func upperFramesNeedTheirBase() {
        #expect(Self.decoded([Self.key, Self.kind(1, base: 255), Self.kind(2, base: 255)]) == [0, 1, 2])
        #expect(Self.decoded([Self.key, Self.kind(1, base: 254), Self.kind(2, base: 3)]) == [0])
        #expect(Self.decoded([Self.key, nil, Self.kind(1, base: 0, isSync: true)]) == [0], "its base was lost")
    }

    @Test func upperFramesNeedTheLayersBetween() {
        let top = Self.kind(2, base: 255, isNonReference: true), middle = Self.kind(1, base: 255, isSync: true)
        #expect(Self.decoded([Self.key, nil, top]) == [0], "what was lost may have been of layer 1")
        #expect(Self.decoded([Self.key, nil, Self.kind(2, base: 255, isSync: true)]) == [0, 2])
        #expect(Self.decoded([Self.key, nil, middle, top]) == [0, 2, 3], "layer 1 is whole again")
        #expect(
            Self.decoded([Self.key, nil, middle, Self.kind(2, base: 255)]) == [0, 2], "it may refer to what was lost")
        #expect(Self.decoded([Self.key, nil, Self.kind(1, base: 255), middle]) == [0, 3])
    }

    @Test func framesWithoutLayersNeedAllBeforeThem() {
        let plain = VideoPacket.Kind(isKeyFrame: false), key = VideoPacket.Kind(isKeyFrame: true)
        #expect(Self.decoded([key, plain, plain]) == [0, 1, 2])
        #expect(Self.decoded([key, plain, nil, plain, plain, key, plain]) == [0, 1, 5, 6])
    }

    @Test(arguments: UInt64(0)..<50) func packetsOfAFrameMayComeInAnyOrderAndTwice(seed: UInt64) {
        var random = SplitMix(seed: seed), buffer = VideoBuffer()
        var packets: [VideoPacket] = []
        for frame in 0..<3 {
            for index in 0..<7 {
                let kind = frame == 0 ? Self.key : Self.kind(0, base: UInt8(frame - 1))
                packets.append(
                    Self.packet(packets.count, frame: frame, isFirst: index == 0, isLast: index == 6, kind: kind))
            }
        }
        for packet in (packets + packets).shuffled(using: &random) { _ = buffer.insert(packet) }
        var frames: [VideoFrame] = []
        while case .ready(let candidate) = buffer.next() {
            frames.append(candidate.frame)
            buffer.take(candidate)
        }
        #expect(frames.map(\.timestamp) == [0, 3_000, 6_000])
        #expect(frames.map(\.first) == [packets[0], packets[7], packets[14]].map(\.sequence))
        #expect(frames.allSatisfy { $0.packetCount == 7 && $0.byteCount == 700 })
        #expect(frames.map(\.arrival) == [6, 13, 20].map { .zero + .milliseconds($0) })
        #expect(buffer.statistics.received == 42 && buffer.statistics.duplicate == 21)
    }

    @Test func runsThatAreNoFrameAreThrownAway() {
        var buffer = VideoBuffer()
        _ = buffer.insert(Self.packet(0, frame: 0, kind: Self.key))
        guard case .ready(let first) = buffer.next() else { return #expect(Bool(false), "the key frame is there") }
        buffer.take(first)
        // No beginning; two timestamps; two beginnings; then a frame that refers to the key frame.
        let kind = Self.kind(0, base: 0)
        _ = buffer.insert(Self.packet(1, frame: 1, isFirst: false, kind: kind))
        _ = buffer.insert(Self.packet(2, frame: 2, isLast: false, kind: kind))
        _ = buffer.insert(Self.packet(3, frame: 3, isFirst: false, kind: kind))
        _ = buffer.insert(Self.packet(4, frame: 4, isLast: false, kind: kind))
        _ = buffer.insert(Self.packet(5, frame: 4, kind: kind))
        guard case .ready(let next) = buffer.next() else { return #expect(Bool(false), "a frame is there") }
        #expect(next.frame.first == Self.packet(5, frame: 0, kind: kind).sequence)
        #expect(buffer.statistics.malformed == 4 && buffer.statistics.discarded == 4)
    }

    @Test func aSourceThatBeginsAnewIsFollowed() {
        var buffer = VideoBuffer()
        _ = buffer.insert(Self.packet(0, frame: 0, kind: Self.key))
        for number in [20_000, 20_001, 20_000] { _ = buffer.insert(Self.packet(number, frame: number, kind: Self.key)) }
        guard case .ready(let candidate) = buffer.next() else { return #expect(Bool(false), "the key frame is there") }
        #expect(candidate.frame.first == Self.packet(20_000, frame: 0, kind: Self.key).sequence)
    }

    @Test func whatIsPushedOutOnlyAKeyFrameMakesGood() {
        var buffer = VideoBuffer()
        _ = buffer.insert(Self.packet(0, frame: 0, kind: Self.key))
        guard case .ready(let key) = buffer.next() else { return #expect(Bool(false), "the key frame is there") }
        buffer.take(key)
        // The frame behind it is missing. What is left begins 256 frames later, where layer 0 has the same number.
        for number in 2..<769 {
            _ = buffer.insert(Self.packet(number, frame: number, kind: Self.kind(0, base: UInt8((number - 1) % 256))))
        }
        let next = buffer.next()
        #expect(buffer.references.needsKeyFrame)
        #expect(next == .nothing)
        #expect(buffer.statistics.discarded + buffer.statistics.undecodable == 767)
    }

    @Test func whatIsGivenUpIsNotWaitedFor() {
        var playout = VideoPlayout(), now: Instant = .zero
        _ = playout.insert(Self.packet(0, frame: 0, kind: Self.key), at: now)
        guard case .decode = playout.poll() else { return #expect(Bool(false), "the key frame is there") }
        playout.decoded(at: now)
        now += .milliseconds(60)
        let missing = Self.packet(1, frame: 1, kind: Self.kind(0, base: 0)).sequence
        _ = playout.insert(Self.packet(2, frame: 2, kind: Self.kind(0, base: 1)), at: now)
        playout.timeout(at: now)
        #expect(playout.poll() == .show(picture: 0))
        #expect(playout.poll() == .wait(until: now + .milliseconds(350)))
        playout.gaveUp(through: missing, at: now + .milliseconds(1))
        #expect(playout.poll() == .requestKeyFrame)
    }
}
