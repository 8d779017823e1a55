/// Lets frames of VP8 pass only as far as they can be decoded: from a key frame on, and after one was left out only from
/// the next key frame on.
struct KeyFrameGate {
    private var isOpen = false

    /// Whether a frame can be decoded by who got the frames before.
    mutating func admits(isKeyFrame: Bool) -> Bool {
        if isKeyFrame { isOpen = true }
        return isOpen
    }

    /// Notes what became of a frame that was admitted, and passes it on.
    mutating func note(_ outcome: WriteOutcome) -> WriteOutcome {
        if outcome == .full { isOpen = false }
        return outcome
    }
}
