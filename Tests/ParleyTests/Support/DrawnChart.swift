/// One chart of a picture, read back: where its numbers lie follows from the labels of its axes alone.
struct DrawnChart {
    let element: XMLTree
    let title: String
    private let values: Axis, times: Axis

    /// A straight line through two labels.
    private struct Axis {
        let origin: Double, scale: Double

        init(_ labels: [(number: Double, place: Double)]) {
            guard let first = labels.first, let last = labels.last, labels.count > 1 else {
                (origin, scale) = (.nan, .nan)
                return
            }
            scale = (last.number - first.number) / (last.place - first.place)
            origin = first.number - first.place * scale
        }

        func number(at place: Double) -> Double { origin + place * scale }
    }

    /// Every chart of a document.
    static func all(in document: XMLTree) -> [DrawnChart] {
        let labels = document.all("g", "time").flatMap { $0.all("text", "tick") }
        let times = Axis(labels.map { (seconds($0.text), $0.number("x")) })
        return document.all("g", "chart").map { chart in
            let ticks = chart.all("text", "tick").map { (Double($0.text) ?? .nan, $0.number("y")) }
            return DrawnChart(
                element: chart, title: chart.all("text", "heading").first?.all("tspan").first?.text ?? "",
                values: Axis(ticks), times: times)
        }
    }

    /// `12 s` or `01:02`.
    private static func seconds(_ label: String) -> Double {
        if label.hasSuffix(" s") { return Double(label.dropLast(2)) ?? .nan }
        return label.split(separator: ":").reduce(0) { $0 * 60 + (Double($1) ?? .nan) }
    }

    /// What lines of this class show, stretch for stretch, and points that stand alone.
    func stretches(_ kind: String) -> [[(time: Double, value: Double)]] {
        let lines = element.all("path", "line").filter { $0.attributes["class"] == "line \(kind)" }
            .flatMap { ($0.attributes["d"] ?? "").split(separator: "M") }
        let dots = element.all("circle", "dot").filter { $0.attributes["class"] == "dot \(kind)" }
        let alone = dots.map { [point($0.number("cx"), $0.number("cy"))] }
        return (lines.map { points(String($0)) } + alone).sorted { $0[0].time < $1[0].time }
    }

    /// When the picture stood still.
    var freezes: [(start: Double, end: Double)] {
        element.all("rect", "freeze").map {
            (times.number(at: $0.number("x")), times.number(at: $0.number("x") + $0.number("width")))
        }
    }

    private func point(_ x: Double, _ y: Double) -> (time: Double, value: Double) {
        (times.number(at: x), values.number(at: y))
    }

    private func points(_ path: String) -> [(time: Double, value: Double)] {
        let numbers = path.split(whereSeparator: { " ML".contains($0) }).map { Double($0) ?? .nan }
        return stride(from: 0, to: numbers.count - 1, by: 2).map { point(numbers[$0], numbers[$0 + 1]) }
    }
}
