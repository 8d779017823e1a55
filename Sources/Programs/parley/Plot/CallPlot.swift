/// The picture of a call: small charts one below the other over one axis of time, as an SVG document that needs nothing
/// else. The same figures give the same text, whatever the language of the machine.
struct CallPlot {
    /// A line above the charts.
    struct Fact: Equatable {
        /// What it is about; empty when it goes on from the one before.
        let label: String
        let text: String
    }

    /// What the call was.
    let title: String
    let facts: [Fact]
    let series: CallSeries

    /// The whole document.
    var document: String {
        let charts = Chart.all(of: series), times = series.samples.map(\.time)
        let layout = PlotLayout(chartCount: charts.count, factCount: facts.count)
        let time = TimeScale(until: times.last ?? 0)
        var xml = XMLWriter()
        xml.element("svg", attributes(of: layout)) { xml in
            xml.element("title", text: title)
            xml.element("desc", text: facts.map(\.text).joined(separator: "; "))
            xml.style(PlotStyle.sheet)
            xml.element("rect", ["class": "paper", "width": "100%", "height": "100%"])
            head(&xml)
            for (index, chart) in charts.enumerated() {
                ChartDrawing(chart, times: times, over: time, top: layout.top(ofChart: index)).write(to: &xml)
            }
            axis(time, layout, &xml)
        }
        return xml.text
    }

    private func attributes(of layout: PlotLayout) -> KeyValuePairs<String, String> {
        let width = PlotLayout.text(PlotLayout.width), height = PlotLayout.text(layout.height)
        return [
            "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(width) \(height)", "width": width,
            "height": height, "role": "img",
        ]
    }

    private func head(_ xml: inout XMLWriter) {
        let left = PlotLayout.text(PlotLayout.left)
        xml.element("text", ["class": "title", "x": left, "y": "40"], text: title)
        for (index, fact) in facts.enumerated() {
            let y = PlotLayout.firstFact + Double(index) * PlotLayout.factHeight
            let text = PlotLayout.text(PlotLayout.left + PlotLayout.label)
            if !fact.label.isEmpty {
                xml.element("text", ["class": "label", "x": left, "y": PlotLayout.text(y)], text: fact.label)
            }
            xml.element("text", ["class": "facts", "x": text, "y": PlotLayout.text(y)], text: fact.text)
        }
    }

    private func axis(_ time: TimeScale, _ layout: PlotLayout, _ xml: inout XMLWriter) {
        xml.element("g", ["class": "time"]) { xml in
            for tick in time.ticks {
                xml.element(
                    "text",
                    [
                        "class": "tick", "x": PlotLayout.text(ChartDrawing.x(tick, time)),
                        "y": PlotLayout.text(layout.bottom + 18), "text-anchor": "middle",
                    ], text: time.label(tick))
            }
            xml.element(
                "text",
                [
                    "class": "axis", "x": PlotLayout.text((PlotLayout.left + PlotLayout.right) / 2),
                    "y": PlotLayout.text(layout.bottom + 40), "text-anchor": "middle",
                ], text: "time since media could flow")
        }
    }
}
