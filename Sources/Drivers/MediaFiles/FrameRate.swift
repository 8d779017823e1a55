/// Frames a second, as a fraction: 30000/1001.
public struct FrameRate: Equatable, Sendable {
    /// So many frames in `denominator` seconds.
    public let numerator: Int, denominator: Int

    /// 25 frames a second.
    static let twentyFive = FrameRate(unchecked: 25, 1)
    /// 30 frames a second.
    public static let thirty = FrameRate(unchecked: 30, 1)

    /// A rate from one frame in 10 s to 240 in one, of numbers below 2³¹; nil otherwise.
    public init?(_ numerator: Int, _ denominator: Int) {
        let numbers = 1...Int(Int32.max)
        guard numbers.contains(numerator), numbers.contains(denominator), numerator * 10 >= denominator,
            numerator <= 240 * denominator
        else { return nil }
        self.init(unchecked: numerator, denominator)
    }

    private init(unchecked numerator: Int, _ denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// When frame `index`, counted from 0, is shown.
    public func time(of index: Int) -> Duration {
        Duration(attoseconds: Int128(index) * Int128(denominator) * 1_000_000_000 / Int128(numerator) * 1_000_000_000)
    }

    /// How long one frame is shown.
    public var frameDuration: Duration { time(of: 1) }
}

extension FrameRate: CustomStringConvertible {
    /// `30:1`.
    public var description: String { "\(numerator):\(denominator)" }
}
