import Basics

/// Which of the two protocols on one path a packet belongs to (RFC 5761 §4).
public enum RTPKind: Equatable, Sendable {
    /// RTP: the sound or the picture.
    case media
    /// RTCP: reports about it.
    case control

    /// Tells by the first two bytes; nil when the packet is neither (its first byte is outside 128–191, RFC 7983 §7).
    public init?(_ packet: RawSpan) {
        guard packet.byteCount >= 2, packet.byte(at: 0) >> 6 == 2 else { return nil }
        // 192–223 hold every RTCP type; with the marker bit they would be the payload types 64–95, which nobody uses.
        self = (192...223).contains(packet.byte(at: 1)) ? .control : .media
    }
}
