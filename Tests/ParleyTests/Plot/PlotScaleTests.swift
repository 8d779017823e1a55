import Testing

@testable import parley

@Suite struct PlotScaleTests {
    @Test func valuesGetRoundStepsThatHoldThem() {
        for power in -3...11 {
            for factor in stride(from: 1.0, to: 10, by: 0.37) {
                var highest = factor
                for _ in 0..<abs(power) { highest *= power < 0 ? 0.1 : 10 }
                let scale = ValueScale(reaching: highest, leastTop: 0.001)
                #expect(scale.top >= highest * 0.999_999 && scale.top <= highest * 2.1, "\(highest)")
                #expect((2...5).contains(scale.count), "\(highest)")
                #expect(Set(scale.ticks.map(scale.label)).count == scale.count + 1, "\(highest)")
            }
        }
    }

    @Test(arguments: [
        (0.0, 1.0, ["0.0", "0.5", "1.0"]), (0, 10, ["0", "5", "10"]), (100, 1, ["0", "50", "100"]),
        (30, 5, ["0", "10", "20", "30"]), (0.4, 0.1, ["0.0", "0.1", "0.2", "0.3", "0.4"]),
        (801, 10, ["0", "500", "1000"]), (0.03, 0.01, ["0.00", "0.01", "0.02", "0.03"]),
    ])
    func labelsHaveTheDigitsThatTheyNeed(highest: Double, least: Double, labels: [String]) {
        let scale = ValueScale(reaching: highest, leastTop: least)
        #expect(scale.ticks.map(scale.label) == labels)
    }

    @Test func timeHasRoundStepsAtEveryLength() {
        for length in [0.0, 0.4, 1, 3, 10, 10.5, 59, 60, 119.9, 120, 600, 3599, 3600, 7200, 86_400, 1e6, 1e12] {
            let scale = TimeScale(until: length)
            #expect((2...11).contains(scale.ticks.count), "\(length)")
            #expect((scale.ticks.last ?? 0) <= max(length, 1) + 1e-3 && scale.ticks[0] == 0)
        }
        #expect(TimeScale(until: 30).ticks.map(TimeScale(until: 30).label).prefix(3) == ["0 s", "5 s", "10 s"])
        #expect(TimeScale(until: 600).ticks.map(TimeScale(until: 600).label).suffix(2) == ["09:00", "10:00"])
        #expect(TimeScale(until: 7200).ticks.map(TimeScale(until: 7200).label).last == "2:00:00")
    }
}
