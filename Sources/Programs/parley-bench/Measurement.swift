/// What one benchmark found, beside the raw cost of the same work in the same run.
struct Measurement {
    /// The figure, in `unit`.
    var value: Double
    var unit: String
    /// The same figure of the raw work; nil when there is nothing to compare with.
    var limit: Double?
    /// Our cost over the raw cost: 1 is the best there is, for times and for rates.
    var ratio: Double?
    /// Samples taken.
    var n: Int
    /// How far the median sample lies above the smallest, as a part of it: how noisy the machine was.
    var spread: Double?

    static let heading = row("name", "value", "unit", "limit", "ratio", "n", "spread")

    func row(name: String) -> String {
        Self.row(
            name, Self.text(value, digits: 1), unit, Self.text(limit, digits: 1), Self.text(ratio, digits: 3), "\(n)",
            Self.text(spread, digits: 3))
    }

    func json(name: String) -> String {
        """
        {"name":"\(name)","value":\(Self.number(value)),"unit":"\(unit)","limit":\(Self.number(limit)),\
        "ratio":\(Self.number(ratio)),"n":\(n),"spread":\(Self.number(spread))}
        """
    }

    private static func row(_ fields: String...) -> String {
        let widths = [24, 12, 6, 12, 8, 8, 8]
        return zip(fields, widths).map { field, width in
            let padding = String(repeating: " ", count: max(0, width - field.count))
            return width == widths[0] || width == widths[2] ? field + padding : padding + field
        }.joined(separator: " ")
    }

    private static func text(_ value: Double?, digits: Int) -> String {
        guard let value else { return "-" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        return "\((value * scale).rounded() / scale)"
    }

    private static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "null" }
        return "\((value * 10_000).rounded() / 10_000)"
    }
}
