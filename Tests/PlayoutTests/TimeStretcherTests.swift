import TestSupport
import Testing

@testable import Playout

@Suite struct TimeStretcherTests {
    /// A voice-like wave: a fundamental and harmonics.
    static func voice(_ frequency: Double, count: Int, from start: Int = 0) -> [Float] {
        (start..<start + count).map { index in
            let phase = Double(index) * frequency / 48_000 * 2 * .pi
            return Float(0.3 * sine(phase) + 0.2 * sine(2 * phase + 1) + 0.1 * sine(5 * phase + 2))
        }
    }

    /// A sine without Foundation: good to 1e-7.
    static func sine(_ angle: Double) -> Double {
        var x = angle.truncatingRemainder(dividingBy: 2 * .pi)
        if x > .pi { x -= 2 * .pi }
        var term = x, sum = x
        for step in 1..<12 {
            term *= -x * x / Double((2 * step) * (2 * step + 1))
            sum += term
        }
        return sum
    }

    static func shorten(_ samples: [Float], atMost limit: Int = 480, haste: PlayoutDecision.Haste = .unheard) -> [Float]
    {
        var stretcher = TimeStretcher(), samples = samples
        var span = samples.mutableSpan
        let count = stretcher.shorten(&span, count: span.count, atMost: limit, haste)
        return Array(samples.prefix(count))
    }

    static func lengthen(_ samples: [Float], haste: PlayoutDecision.Haste = .unheard) -> [Float] {
        var stretcher = TimeStretcher(), room = samples + [Float](repeating: 0, count: 480)
        var span = room.mutableSpan
        let count = stretcher.lengthen(&span, count: samples.count, haste)
        return Array(room.prefix(count))
    }

    /// The largest step between neighbouring samples.
    static func steepest(_ samples: [Float]) -> Float {
        zip(samples, samples.dropFirst()).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    @Test(arguments: [100.0, 120, 163, 200, 311, 399]) func aVoiceLosesWholePeriods(frequency: Double) {
        let voice = Self.voice(frequency, count: 960)
        let shorter = Self.shorten(voice)
        let removed = voice.count - shorter.count
        let period = 48_000 / frequency
        #expect(removed >= 120 && removed <= 480)
        let periods = Double(removed) / period
        #expect(abs(periods - periods.rounded()) * period <= 1.5, "\(removed) samples are \(periods) periods")
        #expect(Self.steepest(shorter) <= Self.steepest(voice) * 1.1, "no click")
        #expect(shorter.first == voice.first && shorter.last == voice.last)
    }

    @Test(arguments: [100.0, 120, 163, 200, 311, 399]) func aVoiceGainsWholePeriods(frequency: Double) {
        let voice = Self.voice(frequency, count: 960)
        let longer = Self.lengthen(voice)
        let added = longer.count - voice.count
        let periods = Double(added) / (48_000 / frequency)
        #expect(added >= 120 && added <= 480)
        #expect(abs(periods - periods.rounded()) * 48_000 / frequency <= 1.5)
        #expect(Self.steepest(longer) <= Self.steepest(voice) * 1.1, "no click")
        #expect(longer.first == voice.first && longer.last == voice.last)
    }

    @Test func limitIsKept() {
        for limit in [0, 100, 119, 120, 200, 333] {
            let removed = 960 - Self.shorten(Self.voice(399, count: 960), atMost: limit).count
            #expect(removed <= limit)
        }
    }

    @Test func noiseIsLeftAloneUnlessInHaste() {
        var random = SplitMix(seed: 4)
        let noise = (0..<960).map { _ in Float.random(in: -0.5...0.5, using: &random) }
        #expect(Self.shorten(noise) == noise)
        #expect(Self.lengthen(noise) == noise)
    }

    @Test func silenceIsStretchedFreely() {
        let silence = [Float](repeating: 0, count: 960)
        #expect(Self.shorten(silence).count < 960)
        #expect(Self.lengthen(silence).count > 960)
    }

    @Test func speechIsLeftAloneWhileThereIsTime() {
        let voice = Self.voice(200, count: 960)
        #expect(Self.shorten(voice, haste: .inPauses) == voice)
        #expect(Self.lengthen(voice, haste: .inPauses) == voice)
    }

    @Test func pauseIsKnownByWhatWasHeardBefore() {
        var stretcher = TimeStretcher()
        var speech = Self.voice(200, count: 960), noise = Self.voice(333, count: 960).map { $0 * 0.02 }
        #expect(Self.stretch(&speech, by: &stretcher) == 960)
        for _ in 0..<100 { _ = Self.stretch(&speech, by: &stretcher) }
        #expect(Self.stretch(&noise, by: &stretcher) < 960)
    }

    private static func stretch(_ samples: inout [Float], by stretcher: inout TimeStretcher) -> Int {
        var span = samples.mutableSpan
        return stretcher.shorten(&span, count: span.count, atMost: 480, .inPauses)
    }

    @Test func shortFramesAreLeftAlone() {
        let voice = Self.voice(200, count: 959)
        #expect(Self.shorten(voice) == voice)
        #expect(Self.lengthen(voice) == voice)
    }

    @Test func whatFollowsTheSeamIsUntouched() {
        let voice = Self.voice(200, count: 2_880)
        let shorter = Self.shorten(voice), longer = Self.lengthen(voice)
        #expect(Array(shorter.suffix(1_920)) == Array(voice.suffix(1_920)))
        #expect(Array(longer.suffix(1_920)) == Array(voice.suffix(1_920)))
    }
}
