import Basics
import Testing

@Suite struct WallTimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_456_200_123, "2026-11-23T17:50:00.123Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func theTextIsThatOfRFC3339(milliseconds: Int64, text: String) {
        #expect(WallTime(milliseconds: milliseconds).description == text)
        #expect(WallTime(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-23", "2026-11-23T17:50:00Z", "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z",
        "2026-11-23T24:00:00.000Z", "2026-11-23T17:60:00.000Z", "2026-11-23 17:50:00.000Z", "2026-11-23T17:50:00.000z",
        "+026-11-23T17:50:00.000Z", "2026-11-23T17:50:00.000+", "2026-11-00T00:00:00.000Z",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(WallTime(text) == nil)
    }

    @Test func everyDayOfFourCenturiesIsReadAsItIsWritten() {
        for day in stride(from: Int64(0), to: 146_097, by: 1) {
            let time = WallTime(milliseconds: day * 86_400_000 - 11_644_473_600_000)
            guard WallTime(time.description) != time else { continue }
            Issue.record("\(time)")
        }
    }

    @Test func secondsAreRoundedTowardsThePast() {
        #expect(WallTime(milliseconds: -1).seconds == -1 && WallTime(milliseconds: 1999).seconds == 1)
    }

    @Test func sumsAreClampedAndNeverTrap() {
        #expect(WallTime(milliseconds: .max) + .seconds(1) == WallTime(milliseconds: .max))
        #expect(WallTime(milliseconds: .min) - WallTime(milliseconds: .max) < .zero)
        #expect(WallTime(milliseconds: 2500) - WallTime(milliseconds: 1000) == .milliseconds(1500))
        #expect(WallTime(milliseconds: .min).description == "\(Int64.min)ms")
    }
}
