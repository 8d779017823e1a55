/// The horizontal axis that all charts share: from the moment when media could flow to the last sample.
struct TimeScale: Equatable {
    let end: Double
    /// Seconds between two lines of the grid.
    let step: Double

    /// Ends at `last`, or after a second when that is later.
    init(until last: Double) {
        end = max(last, 1)
        var step = 1.0
        for next in [2.0, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600] where end / step > 10 { step = next }
        while end / step > 10 { step *= 2 }
        self.step = step
    }

    /// Every moment that has a line of the grid, from 0.
    var ticks: [Double] { (0...Int(end / step + 1e-9)).map { Double($0) * step } }

    /// A moment as text: seconds in a short call, else as a clock.
    func label(_ tick: Double) -> String {
        end < 120 ? "\(Table.decimal(tick, digits: 0)) s" : CallMeter.clock(tick)
    }
}
