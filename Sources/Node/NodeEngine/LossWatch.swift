/// The loss that receipts show of what we send in one call: how strong the copy of the frame before has to be that each
/// packet carries (in-band FEC). It rises fast and falls slowly.
struct LossWatch: Sendable {
    /// Packets between two looks: a second of sound.
    static let interval = 50

    /// Below 2 % of loss, copies cost more than they mend.
    private static let least = 0.02

    private var settled = 0, lost = 0
    private var share = 0.0
    /// The loss to prepare for, in packets of a hundred.
    private(set) var percent = 0

    /// Takes what has become of all packets so far; the new percentage when it is worth telling.
    mutating func look(settled: Int, lost: Int) -> Int? {
        let settledSince = settled - self.settled, lostSince = lost - self.lost
        (self.settled, self.lost) = (settled, lost)
        // Fewer than before: a participant or a path is gone.
        guard settledSince > 0, lostSince >= 0, lostSince <= settledSince else { return nil }
        let sample = Double(lostSince) / Double(settledSince)
        share += (sample - share) * (sample > share ? 0.5 : 0.1)
        let wanted = share < Self.least ? 0 : Int((share * 100).rounded())
        guard wanted != percent, wanted == 0 || percent == 0 || abs(wanted - percent) >= 2 else { return nil }
        percent = wanted
        return wanted
    }
}
