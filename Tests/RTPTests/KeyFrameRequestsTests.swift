import Basics
import Testing

@testable import RTP

@Suite struct KeyFrameRequestsTests {
    private static func frame(_ number: Int) -> Instant { .zero + .milliseconds(33 * number) }

    @Test func theFirstFrameIsAKeyFrameAndTheOthersAreNot() {
        var requests = KeyFrameRequests()
        let kinds = (0..<100).map { requests.takeKeyFrame(at: Self.frame($0)) }
        #expect(kinds == [true] + Array(repeating: false, count: 99))
    }

    @Test func manyReceiversGetOneKeyFrameIn300Milliseconds() {
        var requests = KeyFrameRequests()
        var keyFrames: [Instant] = []
        for number in 0..<300 {
            for _ in 0..<7 { requests.requested(at: Self.frame(number), roundTrip: .milliseconds(1)) }
            if requests.takeKeyFrame(at: Self.frame(number)) { keyFrames.append(Self.frame(number)) }
        }
        #expect(zip(keyFrames, keyFrames.dropFirst()).allSatisfy { $1 - $0 >= KeyFrameRequests.interval })
        #expect(keyFrames.count >= 29 && requests.requestCount == 2_100)
    }

    @Test func aRequestIsAnsweredWithTheNextFrame() {
        var requests = KeyFrameRequests()
        for number in 0..<50 { _ = requests.takeKeyFrame(at: Self.frame(number)) }
        requests.requested(at: Self.frame(50), roundTrip: .milliseconds(100))
        let first = requests.takeKeyFrame(at: Self.frame(50)), second = requests.takeKeyFrame(at: Self.frame(51))
        #expect(first && !second)
    }

    @Test func whoAskedBeforeTheKeyFrameCameGetsNoSecond() {
        var requests = KeyFrameRequests()
        _ = requests.takeKeyFrame(at: .zero)
        requests.requested(at: .zero + .milliseconds(99), roundTrip: .milliseconds(100))
        let early = requests.takeKeyFrame(at: .zero + .milliseconds(400))
        requests.requested(at: .zero + .milliseconds(500), roundTrip: .milliseconds(100))
        requests.encodedKeyFrame(at: .zero + .milliseconds(510))
        let own = requests.takeKeyFrame(at: .zero + .milliseconds(900))
        #expect(!early && !own, "one was under way, the other came of the encoder's own accord")
    }
}
