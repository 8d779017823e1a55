import TestSupport

extension SplitMix {
    /// A delay of `least` milliseconds and up to `spread` more.
    mutating func delay(_ least: Double, spread: Double = 0) -> Duration {
        .nanoseconds(Int64((least + (spread > 0 ? Double.random(in: 0..<spread, using: &self) : 0)) * 1e6))
    }

    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }
}
