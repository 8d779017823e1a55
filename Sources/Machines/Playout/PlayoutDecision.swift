/// What to do next to fill a tick. Every case adds samples; ask again until the tick is full.
public enum PlayoutDecision: Equatable, Sendable {
    /// Decode the packet in the slot, then perhaps change the length of what came out.
    case decode(slot: Int, stretch: Stretch)
    /// The frame before the packet in the slot is lost: decode its coarse copy from there.
    case recover(slot: Int, sampleCount: Int)
    /// Nothing is there: let the decoder guess.
    case conceal(sampleCount: Int)
    /// The guess has lasted too long: one more, faded to silence.
    case fadeOut(sampleCount: Int)
    /// Silence: nothing has come yet, the source rests, or the guess has ended.
    case silence(sampleCount: Int)

    /// How the length of a decoded frame should change.
    public enum Stretch: Equatable, Sendable {
        /// As decoded.
        case none
        /// Take out one pitch period of at most so many samples.
        case shorten(atMost: Int, Haste)
        /// Put in one pitch period.
        case lengthen(Haste)
    }

    /// How much a stretch may be heard.
    public enum Haste: Equatable, Sendable {
        /// Only where nobody speaks: there is time.
        case inPauses
        /// In speech too, where no seam is heard.
        case unheard
        /// Even where it may be heard.
        case bold
    }
}
