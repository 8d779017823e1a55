/// A small seeded generator: the same seed gives the same run in every process.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A delay of `least` milliseconds and up to `spread` more.
    mutating func delay(_ least: Double, spread: Double = 0) -> Duration {
        .nanoseconds(Int64((least + (spread > 0 ? Double.random(in: 0..<spread, using: &self) : 0)) * 1e6))
    }

    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }
}
