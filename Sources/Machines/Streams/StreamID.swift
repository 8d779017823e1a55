public import Basics

/// The name of a stream within its session.
///
/// ```
///  61 … 5   4 3 2     1             0
/// ├────────┼───────┼─────────────┼───────────┤
///   index    class   1 = one-way   1 = opened by the responder
/// ```
///
/// The two low bits are those of RFC 9000 §2.1; bits 2–4 say which permit the stream's data needs (PROTOCOL §3). Each side
/// counts its streams with one index, whatever their class and direction. Stream 0 is control and is open from the start.
public struct StreamID: Hashable, Comparable, Sendable {
    /// Whether one or both ends send.
    public enum Direction: UInt8, Sendable { case bidirectional = 0, unidirectional = 1 }

    /// The number on the wire, below 2^62.
    public let rawValue: Int
    /// What permit the stream's data needs.
    public let permit: PermitClass

    /// The control stream.
    public static let control = StreamID(index: 0, .control, .bidirectional, openedBy: .initiator)

    /// Stream `index` of `side`. Precondition: `index` fits a stream id.
    init(index: Int, _ permit: PermitClass, _ direction: Direction, openedBy side: Side) {
        precondition(index >= 0 && index < 1 << 57)
        self.permit = permit
        rawValue = index << 5 | Int(permit.rawValue) << 2 | Int(direction.rawValue) << 1 | Int(side.rawValue)
    }

    /// The id that the number names; nil when its class does not exist.
    public init?(rawValue: Int) {
        guard rawValue >= 0, let permit = PermitClass(rawValue: UInt8(rawValue >> 2 & 7)) else { return nil }
        self.rawValue = rawValue
        self.permit = permit
    }

    /// The place in the count of its opener's streams.
    public var index: Int { rawValue >> 5 }
    /// Whether one or both ends send.
    public var direction: Direction { rawValue & 2 == 0 ? .bidirectional : .unidirectional }
    /// Who opened it.
    public var opener: Side { rawValue & 1 == 0 ? .initiator : .responder }

    /// Whether `side` may send on it.
    public func isSent(by side: Side) -> Bool { direction == .bidirectional || opener == side }

    /// In the order of the numbers.
    public static func < (left: StreamID, right: StreamID) -> Bool { left.rawValue < right.rawValue }
    /// One number names one stream.
    public static func == (left: StreamID, right: StreamID) -> Bool { left.rawValue == right.rawValue }
    /// Feeds the number to the hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
