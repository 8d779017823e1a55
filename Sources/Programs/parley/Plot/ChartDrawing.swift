/// Draws one chart into the document.
struct ChartDrawing {
    private let chart: Chart
    /// When each value was measured.
    private let times: [Double]
    private let time: TimeScale
    private let scale: ValueScale
    /// The edges of the field.
    private let top: Double, bottom: Double

    private static let classes = ["first", "second"]

    init(_ chart: Chart, times: [Double], over time: TimeScale, top: Double) {
        self.chart = chart
        self.times = times
        self.time = time
        self.top = top
        bottom = top + PlotLayout.field
        let highest = chart.lines.flatMap(\.values).compactMap(\.self).max()
        scale = ValueScale(reaching: highest ?? 0, leastTop: chart.leastTop)
    }

    func write(to xml: inout XMLWriter) {
        xml.element("g", ["class": "chart"]) { xml in
            heading(&xml)
            grid(&xml)
            for mark in chart.marks { write(mark, to: &xml) }
            for (line, name) in zip(chart.lines, Self.classes) { write(line, name, to: &xml) }
            if chart.lines.allSatisfy({ $0.values.allSatisfy { $0 == nil } }) { absence(&xml) }
        }
    }

    /// Where a moment lies.
    static func x(_ moment: Double, _ time: TimeScale) -> Double {
        PlotLayout.left + (PlotLayout.right - PlotLayout.left) * min(1, moment / time.end)
    }

    private func x(_ moment: Double) -> String { PlotLayout.text(Self.x(moment, time)) }

    private func y(_ value: Double) -> String {
        PlotLayout.text(bottom - PlotLayout.field * min(1, value / scale.top))
    }

    // MARK: Around the field

    private func heading(_ xml: inout XMLWriter) {
        let line = PlotLayout.text(top - 13)
        xml.element(
            "text", ["class": "heading", "x": PlotLayout.text(PlotLayout.left), "y": line],
            spans: [
                XMLWriter.Span(kind: "ink", text: chart.title),
                XMLWriter.Span(kind: "quiet unit", text: chart.unit, distance: 7),
            ])
        var keys =
            stops
            + zip(chart.lines, Self.classes).flatMap { line, name in
                key(name, "●", line.name, summary(of: line))
            }
        keys[0].distance = 0
        xml.element(
            "text",
            ["class": "legend", "x": PlotLayout.text(PlotLayout.right), "y": line, "text-anchor": "end"], spans: keys)
    }

    /// What is marked.
    private var stops: [XMLWriter.Span] {
        guard !chart.marks.isEmpty else { return [] }
        let seconds = chart.marks.reduce(0) { $0 + $1.end - $1.start }
        return key("stop", "■", "stood still", "\(Table.decimal(seconds)) s in all")
    }

    private func key(_ name: String, _ sign: String, _ text: String, _ note: String) -> [XMLWriter.Span] {
        [
            XMLWriter.Span(kind: "key \(name)", text: sign, distance: 20),
            XMLWriter.Span(kind: "ink", text: text, distance: 5),
            XMLWriter.Span(kind: "quiet", text: note, distance: 7),
        ]
    }

    private func summary(of line: Chart.Line) -> String {
        let values = line.values.compactMap(\.self)
        guard let highest = values.max(), let lowest = values.min() else { return "never measured" }
        let mean = values.reduce(0, +) / Double(values.count), digits = scale.top < 20 ? 1 : 0
        func text(_ value: Double) -> String { Table.decimal(value, digits: digits) }
        guard values.count > 1 else { return text(mean) }
        return text(lowest) == text(highest)
            ? "always \(text(mean))" : "mean \(text(mean)), \(text(lowest)) to \(text(highest))"
    }

    private func grid(_ xml: inout XMLWriter) {
        let left = PlotLayout.text(PlotLayout.left), right = PlotLayout.text(PlotLayout.right)
        for moment in time.ticks {
            let x = x(moment)
            xml.element(
                "path", ["class": "grid", "d": "M\(x) \(PlotLayout.text(top))V\(PlotLayout.text(bottom))"])
        }
        for tick in scale.ticks {
            xml.element("path", ["class": tick == 0 ? "base" : "grid", "d": "M\(left) \(y(tick))H\(right)"])
            xml.element(
                "text",
                [
                    "class": "tick", "x": PlotLayout.text(PlotLayout.left - 9), "y": y(tick), "dy": "4",
                    "text-anchor": "end",
                ], text: scale.label(tick))
        }
    }

    private func absence(_ xml: inout XMLWriter) {
        let middle = (PlotLayout.left + PlotLayout.right) / 2
        xml.element(
            "text",
            [
                "class": "axis", "x": PlotLayout.text(middle), "y": PlotLayout.text(top + PlotLayout.field / 2),
                "dy": "4", "text-anchor": "middle",
            ], text: "never measured in this call")
    }

    // MARK: In the field

    private func write(_ mark: Chart.Mark, to xml: inout XMLWriter) {
        let start = Self.x(mark.start, time), end = Self.x(mark.end, time)
        xml.element(
            "rect",
            [
                "class": "freeze", "x": PlotLayout.text(start), "y": PlotLayout.text(top),
                // What is too short to be seen is as wide as a line.
                "width": PlotLayout.text(max(end - start, 1.5)), "height": PlotLayout.text(PlotLayout.field),
            ])
    }

    private func write(_ line: Chart.Line, _ name: String, to xml: inout XMLWriter) {
        let stretches = stretches(of: line)
        let drawn = stretches.filter { $0.count > 1 }
        if !drawn.isEmpty {
            // One area only: two would mix their colours.
            if name == Self.classes[0] {
                let areas = drawn.map { "M\(x($0[0].time)) \(y(0))L\(points($0))V\(y(0))Z" }
                xml.element("path", ["class": "area", "d": areas.joined()])
            }
            xml.element("path", ["class": "line \(name)", "d": drawn.map { "M\(points($0))" }.joined()])
        }
        // A value alone between two gaps, or the only one, is no line yet.
        for point in stretches.filter({ $0.count == 1 }).map({ $0[0] }) {
            xml.element("circle", ["class": "dot \(name)", "cx": x(point.time), "cy": y(point.value), "r": "2.5"])
        }
    }

    private func points(_ stretch: [(time: Double, value: Double)]) -> String {
        stretch.map { "\(x($0.time)) \(y($0.value))" }.joined(separator: " ")
    }

    /// The values between the gaps.
    private func stretches(of line: Chart.Line) -> [[(time: Double, value: Double)]] {
        var stretches: [[(time: Double, value: Double)]] = [], isOpen = false
        for (time, value) in zip(times, line.values) {
            if let value, isOpen {
                stretches[stretches.count - 1].append((time, value))
            } else if let value {
                stretches.append([(time, value)])
            }
            isOpen = value != nil
        }
        return stretches
    }
}
