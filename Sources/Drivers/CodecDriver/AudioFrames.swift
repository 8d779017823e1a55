public import Basics

/// What goes with an encoded frame from the media thread to the network thread.
public struct OutgoingFrame: Sendable {
    /// Samples at 48 kHz from the session's start to the frame's first; it wraps.
    public let mediaTime: UInt32
    /// Whether it is the first after a silence.
    public let marker: Bool
    /// When the frame's first sample was due.
    public let due: Instant
}

/// What goes with a received frame from the network thread to the media thread.
struct IncomingFrame: Sendable {
    let ssrc: UInt32
    let sequence: SequenceNumber
    let timestamp: UInt32
    let arrival: Instant
}
