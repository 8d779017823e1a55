/// Where everything of a call's picture stands, in units of the document.
struct PlotLayout: Equatable {
    static let width = 960.0
    /// Where the charts begin and end from left to right.
    static let left = 66.0, right = width - 30
    /// The height of a chart's field, and what lies between two of them.
    static let field = 96.0, gap = 52.0

    let chartCount: Int
    let factCount: Int

    /// The line of the first fact, and the width of its label.
    static let firstFact = 68.0, label = 70.0
    /// The height of a line of facts.
    static let factHeight = 19.0

    /// The top edge of a chart's field.
    func top(ofChart index: Int) -> Double {
        Self.firstFact + Double(factCount) * Self.factHeight + 30 + Double(index) * (Self.field + Self.gap)
    }

    /// The bottom edge of the last chart.
    var bottom: Double { top(ofChart: chartCount - 1) + Self.field }

    /// The height of the document: below the charts stands the axis.
    var height: Double { bottom + 58 }

    /// A coordinate as it is written.
    static func text(_ coordinate: Double) -> String {
        let text = Table.decimal(coordinate, digits: 2)
        return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
    }
}
