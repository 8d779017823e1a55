public import Basics
public import RTP

/// What goes with an encoded frame of a call's own picture.
public struct EncodedPicture: Sendable {
    /// What its packets tell of it; the number of the frame is each receiver's own.
    public let descriptor: VP8Descriptor
    /// Whether it refers to no other.
    public let isKeyFrame: Bool
    /// Units of 1/90,000 s from the start to the frame; it wraps.
    public let mediaTime: UInt32
    /// When it was due.
    public let due: Instant

    /// A frame.
    public init(descriptor: VP8Descriptor, isKeyFrame: Bool, mediaTime: UInt32, due: Instant) {
        self.descriptor = descriptor
        self.isKeyFrame = isKeyFrame
        self.mediaTime = mediaTime
        self.due = due
    }
}

/// What the viewer of a picture lacks.
public enum VideoWish: Sendable {
    /// These packets, again.
    case packets([NACKEntry])
    /// A key frame: nothing else can be decoded.
    case keyFrame
}
