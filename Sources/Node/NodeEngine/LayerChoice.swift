internal import Basics
internal import RTP

/// Which temporal layers a participant gets, by the loss on the way there: fewer frames that arrive whole show more than
/// many of which each second is lost. It falls at once, and rises a layer each five seconds.
struct LayerChoice {
    /// The highest layer that is sent.
    private(set) var highest: UInt8 = top

    /// Our encoder's highest layer.
    static let top: UInt8 = 2
    /// Looks without loss before a layer is taken on again.
    private static let patience = 5

    private var calmLooks = 0

    /// Takes the loss of the last second or so, in packets of a hundred; the highest layer from now on.
    mutating func look(lossPercent: Int) -> UInt8 {
        switch lossPercent {
        case 30...: highest = 0
        case 15...: highest = min(highest, 1)
        default: break
        }
        calmLooks = lossPercent < 8 ? calmLooks + 1 : 0
        if calmLooks >= Self.patience, highest < Self.top {
            highest += 1
            calmLooks = 0
        }
        return highest
    }
}
