internal import Glibc

/// How loud sound is, as RFC 6464 says it: decibels below full scale, from 0 (loudest) to 127 (digital silence).
enum AudioLevel {
    /// The level of silence.
    static let silence = 127

    /// The level of `samples`, which go from -1 to 1.
    static func level(of samples: Span<Float>) -> Int {
        var sum: Float = 0
        for index in samples.indices { sum += samples[index] * samples[index] }
        guard sum > 0, !samples.isEmpty else { return silence }
        let decibels = -10 * log10(Double(sum) / Double(samples.count))
        return max(0, min(silence, Int(decibels.rounded())))
    }
}
