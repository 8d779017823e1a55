public import Basics

/// What playout sees of a packet of a picture. The bytes stay with the caller.
public struct VideoPacket: Equatable, Sendable {
    /// The RTP sequence number. Packets that were sent again have the number of the original.
    public var sequence: SequenceNumber
    /// The RTP timestamp, 90,000 units a second.
    public var timestamp: UInt32
    /// When it came from the network.
    public var arrival: Instant
    /// Bytes of the frame that it carries.
    public var byteCount: Int
    /// Whether the frame begins in it.
    public var isFirst: Bool
    /// Whether the frame ends with it (the marker).
    public var isLast: Bool
    /// What its frame is. Only the first packet's word counts.
    public var kind: Kind

    /// What the first packet tells of its frame.
    public struct Kind: Equatable, Sendable {
        /// Whether it refers to no other frame.
        public var isKeyFrame: Bool
        /// Whether no other frame refers to it.
        public var isNonReference: Bool
        /// Its temporal layer; nil when the sender does not say: then it may refer to any frame before it.
        public var layer: VideoLayer?

        /// A kind of frame.
        public init(isKeyFrame: Bool, isNonReference: Bool = false, layer: VideoLayer? = nil) {
            self.isKeyFrame = isKeyFrame
            self.isNonReference = isNonReference
            self.layer = layer
        }
    }

    /// A packet of these fields.
    public init(
        sequence: SequenceNumber, timestamp: UInt32, arrival: Instant, byteCount: Int, isFirst: Bool, isLast: Bool,
        kind: Kind
    ) {
        self.sequence = sequence
        self.timestamp = timestamp
        self.arrival = arrival
        self.byteCount = byteCount
        self.isFirst = isFirst
        self.isLast = isLast
        self.kind = kind
    }
}
