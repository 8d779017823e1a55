import Basics

/// How many packets of pictures did not come, before and after repair.
struct PacketLoss: Equatable {
    /// Packets that should have come.
    let expected: Int
    /// Packets that were not there in time.
    let missing: Int
    /// Packets that never came.
    let lost: Int

    init(expected: Int, missing: Int, lost: Int) {
        self.expected = expected
        self.missing = missing
        self.lost = lost
    }

    init(_ figures: JSONValue) {
        let packets = figures["video"]?["packets"]
        func count(_ name: String) -> Int { max(0, min(packets?[name]?.int ?? 0, 1 << 50)) }
        self.init(expected: count("received") + count("given_up"), missing: count("lost"), lost: count("given_up"))
    }

    /// What came about since `earlier`.
    func since(_ earlier: PacketLoss) -> PacketLoss {
        PacketLoss(
            expected: max(0, expected - earlier.expected), missing: max(0, missing - earlier.missing),
            lost: max(0, lost - earlier.lost))
    }

    var missingPercent: Double { percent(missing) }
    var lostPercent: Double { percent(lost) }

    private func percent(_ count: Int) -> Double {
        expected > 0 ? min(100, Double(count) / Double(expected) * 100) : 0
    }
}
