import Testing

@testable import Streams

/// The arithmetic of RFC 9002 §5 and §6.
@Suite struct RoundTripTests {
    @Test func firstSampleSetsAll() {
        var estimator = RTTEstimator()
        #expect(estimator.smoothed == .milliseconds(333) && estimator.variation == .microseconds(166_500))
        #expect(estimator.latest == nil)
        estimator.sample(.milliseconds(100), waited: .milliseconds(30))
        #expect(estimator.smoothed == .milliseconds(100) && estimator.variation == .milliseconds(50))
        #expect(estimator.minimum == .milliseconds(100) && estimator.latest == .milliseconds(100))
    }

    @Test func furtherSamplesAreAveragedWithoutTheWait() {
        var estimator = RTTEstimator()
        estimator.sample(.milliseconds(100), waited: .zero)
        estimator.sample(.milliseconds(160), waited: .milliseconds(20))
        // adjusted 140: rttvar = 3/4·50 + 1/4·|100 − 140| = 47.5, srtt = 7/8·100 + 1/8·140 = 105
        #expect(estimator.variation == .microseconds(47_500))
        #expect(estimator.smoothed == .milliseconds(105))
    }

    @Test func waitNeverTakesASampleBelowTheMinimum() {
        var estimator = RTTEstimator()
        estimator.sample(.milliseconds(100), waited: .zero)
        estimator.sample(.milliseconds(110), waited: .milliseconds(40))
        // 110 − 40 is below the minimum of 100, which counts
        #expect(estimator.smoothed == .milliseconds(100))
    }

    @Test func waitIsBelievedUpToTheLongestDelay() {
        var estimator = RTTEstimator()
        estimator.sample(.milliseconds(100), waited: .zero)
        estimator.sample(.milliseconds(500), waited: .milliseconds(400))
        #expect(estimator.smoothed == .microseconds(87_500) + .milliseconds(50))
    }

    @Test func probeTimeoutIsAverageAndFourDeviationsAndThePromptDelay() {
        var estimator = RTTEstimator()
        #expect(estimator.probeTimeout == .milliseconds(333 + 666 + 50))
        estimator.sample(.milliseconds(100), waited: .zero)
        #expect(estimator.probeTimeout == .milliseconds(100 + 200 + 50))
        for _ in 0..<100 { estimator.sample(.milliseconds(100), waited: .zero) }
        #expect(estimator.probeTimeout == .milliseconds(151))  // granularity
    }

    @Test func lossDelayIsNineEighthsOfTheLargerRoundTrip() {
        var estimator = RTTEstimator()
        estimator.sample(.milliseconds(80), waited: .zero)
        #expect(estimator.lossDelay == .milliseconds(90))
        estimator.sample(.milliseconds(160), waited: .zero)
        #expect(estimator.lossDelay == .milliseconds(180))
    }

    @Test func seedIsOnlyAGuess() {
        var estimator = RTTEstimator()
        estimator.seed(.milliseconds(20))
        #expect(estimator.smoothed == .milliseconds(20) && estimator.latest == nil)
        estimator.sample(.milliseconds(30), waited: .zero)
        estimator.seed(.milliseconds(1))
        #expect(estimator.smoothed == .milliseconds(30) && estimator.minimum == .milliseconds(20))
    }

    /// Receipts that go with media wait as long each time: the round trip shows all the same.
    @Test func receiptsThatAlwaysWaitHideNothing() {
        var estimator = RTTEstimator()
        estimator.seed(.milliseconds(3))
        for _ in 0..<100 { estimator.sample(.milliseconds(19), waited: .milliseconds(18)) }
        #expect(estimator.smoothed == .milliseconds(3) && estimator.variation < .milliseconds(1))
    }
}
