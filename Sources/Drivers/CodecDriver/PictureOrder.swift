internal import Basics

/// What the network thread asks the decode worker to do with a participant's picture.
enum PictureOrder: Sendable {
    /// Decode the frame that goes with it into this place. It has this RTP timestamp, and was complete at `at`.
    case decode(place: Int, timestamp: UInt32, at: Instant)
    /// Show what is in this place.
    case show(place: Int)
}
