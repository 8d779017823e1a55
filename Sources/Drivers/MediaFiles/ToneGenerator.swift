internal import Glibc

/// `test:tone`: 440 Hz at -12 dB of full scale.
struct ToneGenerator: Sendable {
    static let rate = 48_000
    private static let frequency = 440.0
    private static let amplitude = 0.25

    private var index = 0

    mutating func next() -> Float {
        // 48,000 samples hold 440 whole periods: the phase never grows.
        defer { index = (index + 1) % Self.rate }
        return Float(Self.amplitude * sin(2 * .pi * Self.frequency * Double(index) / Double(Self.rate)))
    }
}
