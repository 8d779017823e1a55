/// Makes speech shorter or longer by one pitch period, so that the ear hears no seam: WSOLA, as NetEQ's accelerate and
/// preemptive expand do it. A pure function of samples with its own scratch memory; nothing is allocated after `init`.
///
/// ```
/// shorter:  |  a  |  b  | rest …   →  | a fades into b | rest …
/// longer:   |  a  |  b  | rest …   →  |  a  | b fades into a |  b  | rest …
/// ```
public struct TimeStretcher: Sendable {
    /// The shortest period looked for, in samples: 2.5 ms (400 Hz).
    public static let shortestPeriod = 120
    /// The longest period looked for, in samples: 10 ms (100 Hz). Two fit into a frame of 20 ms.
    public static let longestPeriod = 480

    /// The period is looked for at 12 kHz first.
    private static let decimation = 4
    /// How alike two periods must be (NetEQ's accelerate), and how alike when there is no time to wait for better.
    private static let likeness = 0.9, boldLikeness = 0.5
    /// Below this power (-50 dB of full scale), and 20 dB below the usual one, any seam passes.
    private static let quietPower: Float = 1e-5

    private var usualPower: Float = 0
    private var coarse = [Float](repeating: 0, count: 2 * longestPeriod / decimation)

    /// A stretcher.
    public init() {}

    /// Takes one period of at most `limit` samples out of the first 20 ms of `samples`, of which `count` are valid.
    /// Returns the new count: unchanged when no seam would pass unheard, or there are fewer than 20 ms.
    public mutating func shorten(
        _ samples: inout MutableSpan<Float>, count: Int, atMost limit: Int, _ haste: PlayoutDecision.Haste
    ) -> Int {
        guard let period = period(of: samples, count: count, atMost: limit, haste) else { return count }
        for index in 0..<period {
            let weight = Float(index) / Float(period)
            samples[index] = samples[index] * (1 - weight) + samples[index + period] * weight
        }
        for index in period..<(count - period) { samples[index] = samples[index + period] }
        return count - period
    }

    /// Puts one period into the first 20 ms of `samples`, of which `count` are valid. Returns the new count: unchanged
    /// when no seam would pass unheard, or there are fewer than 20 ms. Precondition: there is room for the longest period.
    public mutating func lengthen(_ samples: inout MutableSpan<Float>, count: Int, _ haste: PlayoutDecision.Haste)
        -> Int
    {
        precondition(samples.count >= count + Self.longestPeriod)
        guard let period = period(of: samples, count: count, atMost: Self.longestPeriod, haste) else {
            return count
        }
        for index in stride(from: count - 1, through: period, by: -1) { samples[index + period] = samples[index] }
        for index in 0..<period {
            let weight = Float(index) / Float(period)
            samples[period + index] = samples[2 * period + index] * (1 - weight) + samples[index] * weight
        }
        return count + period
    }

    /// The period at which the beginning of `samples` repeats best; nil when no seam would pass.
    private mutating func period(
        of samples: borrowing MutableSpan<Float>, count: Int, atMost limit: Int, _ haste: PlayoutDecision.Haste
    ) -> Int? {
        let longest = min(limit, Self.longestPeriod)
        guard count >= 2 * Self.longestPeriod, longest >= Self.shortestPeriod else { return nil }
        let isQuiet = isQuiet(power(of: samples))
        guard isQuiet || haste != .inPauses else { return nil }
        let guess = coarsePeriod(of: samples, atMost: longest)
        let (period, likeness) = finePeriod(of: samples, around: guess, atMost: longest)
        let isAlike = likeness >= (haste == .bold ? Self.boldLikeness : Self.likeness)
        return isAlike || isQuiet ? period : nil
    }

    /// Whether nobody speaks in a frame of this power: it is far below those that were seen before.
    private mutating func isQuiet(_ power: Float) -> Bool {
        usualPower += (power - usualPower) / 50
        return power < max(Self.quietPower, usualPower / 100)
    }

    private mutating func coarsePeriod(of samples: borrowing MutableSpan<Float>, atMost longest: Int) -> Int {
        for index in coarse.indices {
            var sum: Float = 0
            for offset in 0..<Self.decimation { sum += samples[index * Self.decimation + offset] }
            coarse[index] = sum
        }
        let length = Self.longestPeriod / Self.decimation
        var best = (period: Self.shortestPeriod, likeness: -Double.infinity)
        for lag in (Self.shortestPeriod / Self.decimation)...(longest / Self.decimation) {
            var product: Float = 0, first: Float = 0, second: Float = 0
            for index in 0..<length {
                product += coarse[index] * coarse[index + lag]
                first += coarse[index] * coarse[index]
                second += coarse[index + lag] * coarse[index + lag]
            }
            let likeness = Self.likeness(product, first, second)
            if likeness > best.likeness { best = (lag * Self.decimation, likeness) }
        }
        return best.period
    }

    private func finePeriod(
        of samples: borrowing MutableSpan<Float>, around guess: Int, atMost longest: Int
    ) -> (period: Int, likeness: Double) {
        var best = (period: guess, likeness: -Double.infinity)
        let first = max(Self.shortestPeriod, guess - Self.decimation)
        for lag in first...min(longest, guess + Self.decimation) {
            var product: Float = 0, first: Float = 0, second: Float = 0
            for index in 0..<Self.longestPeriod {
                product += samples[index] * samples[index + lag]
                first += samples[index] * samples[index]
                second += samples[index + lag] * samples[index + lag]
            }
            let likeness = Self.likeness(product, first, second)
            if likeness > best.likeness { best = (lag, likeness) }
        }
        return best
    }

    private static func likeness(_ product: Float, _ first: Float, _ second: Float) -> Double {
        let power = Double(first) * Double(second)
        return power > 0 ? Double(product) / power.squareRoot() : 0
    }

    private func power(of samples: borrowing MutableSpan<Float>) -> Float {
        var sum: Float = 0
        for index in 0..<(2 * Self.longestPeriod) { sum += samples[index] * samples[index] }
        return sum / Float(2 * Self.longestPeriod)
    }
}
