import Basics
import Testing

@Suite struct InstantTests {
    @Test func sumsAreClampedAndNeverTrap() {
        #expect(Instant.distantFuture + .seconds(1) == .distantFuture)
        #expect(Instant(nanoseconds: .min) - .seconds(1) == Instant(nanoseconds: .min))
        #expect(Instant.zero + .seconds(Int64.max) == .distantFuture)
        #expect(Instant.distantFuture - Instant(nanoseconds: .min) == .nanoseconds(Int64.max))
    }

    @Test func timeBetweenTwoMoments() {
        var moment = Instant(nanoseconds: 5)
        moment += .milliseconds(2)
        #expect(moment - Instant.zero == .nanoseconds(2_000_005) && Instant.zero - moment < .zero)
        #expect(Instant.zero < moment)
    }

    @Test func durationsBecomeNumbers() {
        #expect(Duration.milliseconds(1500).inSeconds == 1.5 && Duration.microseconds(250).milliseconds == 0.25)
        #expect(Duration.nanoseconds(-1500).nanoseconds == -1500)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max && Duration.seconds(Int64.min).nanoseconds == .min)
    }
}
