public import Basics

/// What goes with an encoded frame of a picture from its thread to the network thread.
public struct OutgoingPicture: Sendable {
    /// What it is; `picture.descriptor` is that of its packets.
    public let picture: VP8Picture
    /// Units of 1/90,000 s from the start to the frame; it wraps.
    public let mediaTime: UInt32
    /// When the frame was due.
    public let due: Instant
}
