/// The name of one transport packet of a session in one direction: under which key, and its counter (PROTOCOL §5).
///
/// Counters start at 0 under each key, so the pair is never used twice.
public struct PacketNumber: Hashable, Comparable, Sendable {
    /// The number of the handshake, in the session's chain, that made the key.
    public let epoch: UInt32
    /// The counter of the packet's header.
    public let counter: UInt32

    /// Packet `counter` under the key of `epoch`.
    public init(epoch: UInt32, counter: UInt32) {
        self.epoch = epoch
        self.counter = counter
    }

    /// In the order of sending.
    public static func < (left: PacketNumber, right: PacketNumber) -> Bool {
        left.epoch == right.epoch ? left.counter < right.counter : left.epoch < right.epoch
    }
}
