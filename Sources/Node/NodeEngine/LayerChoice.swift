internal import RTP

/// Which temporal layers a participant gets. Loss alone does not matter: packets are sent again. But who asks for key frames
/// again and again lacks frames in spite of that: the way there carries less than we send, and fewer frames that arrive
/// show more than many that do not.
struct LayerChoice {
    /// The highest layer that is sent.
    private(set) var highest: UInt8 = top

    /// Our encoder's highest layer.
    static let top: UInt8 = 2
    /// Seconds with such requests before a layer is left out; those between may be calm, but not for long.
    private static let mostTroubles = 3
    /// Calm seconds before those requests are forgotten, and before a layer is taken on again.
    private static let memory = 4, patience = 8

    private var troubles = 0, calm = 0

    /// A second is over, in which the participant asked for key frames or not; the highest layer from now on.
    mutating func look(askedForKeyFrame: Bool) -> UInt8 {
        guard !askedForKeyFrame else {
            (troubles, calm) = (troubles + 1, 0)
            if troubles >= Self.mostTroubles, highest > 0 { (highest, troubles) = (highest - 1, 0) }
            return highest
        }
        calm += 1
        if calm >= Self.memory { troubles = 0 }
        guard calm >= Self.patience else { return highest }
        calm = 0
        if highest < Self.top { highest += 1 }
        return highest
    }
}
