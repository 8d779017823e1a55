import Glibc

/// The vertical axis of a chart: from 0 to a round number, with three to six round steps.
struct ValueScale: Equatable {
    let step: Double
    /// How many steps there are.
    let count: Int

    /// The end of the axis.
    var top: Double { step * Double(count) }

    /// Every value that has a line of the grid, from 0.
    var ticks: [Double] { (0...count).map { Double($0) * step } }

    /// Holds every value up to `highest`, and no less than `leastTop`.
    init(reaching highest: Double, leastTop: Double) {
        let top = max(highest, leastTop)
        let power = pow(10, floor(log10(top / 4)))
        let rough = top / 4 / power
        step = power * (rough <= 1 ? 1 : rough <= 2 ? 2 : rough <= 5 ? 5 : 10)
        count = max(1, Int((top / step - 1e-9).rounded(.up)))
    }

    /// A value of `ticks` as text: with as many digits behind the point as the steps need.
    func label(_ tick: Double) -> String { Table.decimal(tick, digits: max(0, -Int(floor(log10(step) + 1e-9)))) }
}
