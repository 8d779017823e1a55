import Basics
import TestSupport
import Testing

@testable import Playout

@Suite struct SourceClockTests {
    private static let interval: Duration = .milliseconds(20)

    @Test(arguments: UInt64(0)..<8) func theJitterOfThePathIsGone(seed: UInt64) {
        var random = SplitMix(seed: seed), clock = SourceClock(rate: 48_000)
        var timestamp = UInt32.max - 5_000, moments: [Instant] = []
        let start = Instant.zero + .seconds(5)
        for number in 0..<2_000 {
            let arrival = start + Self.interval * number + .microseconds(Int.random(in: 0...60_000, using: &random))
            moments.append(clock.moment(of: timestamp, arrival: arrival))
            #expect(moments[number] <= arrival)
            timestamp &+= 960
        }
        let steps = zip(moments.dropFirst(200), moments.dropFirst(201)).map { $1 - $0 }
        #expect(
            steps.allSatisfy { abs(($0 - Self.interval).nanoseconds) < 1_500_000 }, "\(steps.max()!) \(steps.min()!)")
        let late = moments.last! - (start + Self.interval * 1_999)
        #expect(late < .milliseconds(5), "the fastest packets tell when: \(late)")
    }

    @Test func aClockThatRunsFastIsFollowed() {
        var clock = SourceClock(rate: 90_000)
        for number in 0..<200_000 {  // 100 ppm, nearly two hours
            let arrival = Instant.zero + .microseconds(33_333 * number)
            let moment = clock.moment(
                of: UInt32(truncatingIfNeeded: Int(Double(number) * 3_000 * 0.9999)), arrival: arrival)
            #expect(arrival - moment < .milliseconds(1), "frame \(number)")
        }
    }

    @Test(arguments: UInt64(0)..<8) func whateverAPeerSaysAMomentIsNearItsArrival(seed: UInt64) {
        var random = SplitMix(seed: seed), clock = SourceClock(rate: 90_000), arrival = Instant.zero
        var timestamp: UInt32 = 0
        for _ in 0..<20_000 {
            arrival += .microseconds(Int.random(in: 0...100_000, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: timestamp = UInt32.random(in: 0 ... .max, using: &random)
            case 1: timestamp &+= 0x7FFF_FFFF
            case 2: timestamp &-= 3_000
            default: timestamp &+= 3_000
            }
            let moment = clock.moment(of: timestamp, arrival: arrival)
            #expect(abs((arrival - moment).nanoseconds) <= 2_100_000_000)
        }
    }
}
