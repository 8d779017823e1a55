import Basics

/// What happened between two measurements of a call.
struct MeterStep {
    /// kbit/s that came.
    let rate: Int
    /// Packets of sound that did not come, in percent.
    let soundLoss: Double
    let pictureLoss: PacketLoss
    /// Frames shown a second.
    let framesShown: Double

    init(from earlier: JSONValue, to later: JSONValue, seconds: Double) {
        func growth(_ part: String, _ name: String) -> Double {
            max(0, (later[part]?[name]?.double ?? 0) - (earlier[part]?[name]?.double ?? 0))
        }
        rate = Int(min(1e12, growth("bytes", "received") * 8 / seconds / 1000))
        let lost = growth("audio", "lost"), expected = lost + growth("audio", "received")
        soundLoss = expected > 0 ? lost / expected * 100 : 0
        pictureLoss = PacketLoss(later).since(PacketLoss(earlier))
        framesShown = growth("video", "shown") / seconds
    }
}
