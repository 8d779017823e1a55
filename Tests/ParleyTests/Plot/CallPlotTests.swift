import Basics
import Testing

@testable import parley

@Suite struct CallPlotTests {
    private typealias Measured = MeasuredCall

    private func document(_ series: [JSONValue], hasPictures: Bool = true, name: String = "Bob") -> String {
        let stats = JSONValue.object(Measured.stats(series, hasPictures: hasPictures))
        return CallPlot(stats, .object(Measured.state(name: name)), CallSeries(stats)).document
    }

    private func charts(_ series: [JSONValue], hasPictures: Bool = true) throws -> [String: DrawnChart] {
        let drawn = DrawnChart.all(in: try XMLTree.parse(document(series, hasPictures: hasPictures)))
        return Dictionary(uniqueKeysWithValues: drawn.map { ($0.title, $0) })
    }

    /// Within what two digits behind the point of a coordinate can tell.
    private func expect(
        _ chart: DrawnChart?, _ kind: String, _ stretches: [[(Double, Double)]], within share: Double = 0.001
    ) {
        guard let drawn = chart?.stretches(kind) else { return #expect(Bool(false), "no such chart") }
        #expect(drawn.map(\.count) == stretches.map(\.count), "\(chart?.title ?? "")")
        for (point, value) in zip(drawn.joined(), stretches.joined()) {
            #expect(abs(point.time - value.0) <= 0.02 && abs(point.value - value.1) <= max(value.1, 1) * share * 2)
        }
    }

    @Test func everyValueLiesWhereTheAxesSay() throws {
        let times = (1...90).map(Double.init)
        let series = times.map { time in
            Measured.step(time, ["rtt_ms": JSONValue(20 + time / 3), "sent_kbps": JSONValue(700 - 5 * time)])
        }
        let charts = try charts(series)
        expect(charts["Round trip"], "first", [times.map { ($0, 20 + $0 / 3) }])
        expect(charts["Bit rate"], "first", [times.map { ($0, 700 - 5 * $0) }])
        expect(charts["Bit rate"], "second", [times.map { ($0, 655.5) }])
        expect(charts["Loss"], "first", [times.map { ($0, 1.5) }])
        // 40 ms of each second.
        expect(charts["Loss"], "second", [times.map { ($0, 4) }])
        expect(charts["Delay"], "first", [times.map { ($0, 43.3) }])
        expect(charts["Delay"], "second", [times.map { ($0, 19) }])
        expect(charts["Pictures"], "first", [times.map { ($0, 29.7) }])
        #expect(charts.count == 5)
    }

    /// In a long call a step is longer than a second, and so is the sound that can be made up in it.
    @Test func longStepsAndLongCallsAreToTheSameScale() throws {
        let times = (1...600).map { Double($0) * 8 }
        let charts = try charts(times.map { Measured.step($0, ["concealed_ms": 160]) })
        for chart in charts.values {
            #expect(chart.stretches("first").map(\.count) == [600], "\(chart.title)")
            let last = chart.stretches("first")[0].last?.time ?? .nan
            #expect(abs(last - 4800) < 5, "\(chart.title)")
        }
        #expect(charts["Loss"]?.stretches("second")[0].allSatisfy { abs($0.value - 2) < 0.05 } == true)
    }

    @Test func anAbsentValueIsAGap() throws {
        let series = [
            Measured.step(1), Measured.step(2), Measured.step(3, without: ["rtt_ms"]), Measured.step(4),
            Measured.step(5, without: ["rtt_ms", "video_delay_ms"]), Measured.step(6), Measured.step(7),
        ]
        let charts = try charts(series)
        // The one between two gaps is a dot.
        expect(charts["Round trip"], "first", [[(1, 21.5), (2, 21.5)], [(4, 21.5)], [(6, 21.5), (7, 21.5)]])
        expect(charts["Delay"], "second", [(1...4).map { (Double($0), 19) }, [(6, 19), (7, 19)]])
        expect(charts["Delay"], "first", [(1...7).map { (Double($0), 43.3) }])
    }

    @Test func oneSampleIsAPicture() throws {
        let charts = try charts([Measured.step(1)])
        #expect(charts.count == 5)
        expect(charts["Round trip"], "first", [[(1, 21.5)]])
        expect(charts["Pictures"], "first", [[(1, 29.7)]])
    }

    @Test func whatWasNeverMeasuredIsSaid() throws {
        let series = [Measured.step(1, without: ["rtt_ms"]), Measured.step(2, without: ["rtt_ms"])]
        let chart = try #require(try charts(series)["Round trip"])
        #expect(chart.stretches("first").isEmpty && chart.element.text.contains("never measured in this call"))
    }

    @Test func soundAloneHasNoWordOfPictures() throws {
        let text = document([Measured.step(1), Measured.step(2)], hasPictures: false)
        let drawn = DrawnChart.all(in: try XMLTree.parse(text))
        #expect(drawn.map(\.title) == ["Round trip", "Bit rate", "Loss", "Delay of sound"])
        let words = try XMLTree.parse(text).all("text").map(\.text).joined(separator: "\n").lowercased()
        for word in ["picture", "frame", "freeze", "stood still", "640x360"] { #expect(!words.contains(word)) }
        #expect(words.contains("498 received"))
    }

    @Test func freezesAreMarkedBackFromTheirEnd() throws {
        let series = (1...60).map { time in
            Measured.step(Double(time), time == 20 ? ["freeze_ms": 1500] : time == 40 ? ["freeze_ms": 320] : [:])
        }
        let freezes = try #require(try charts(series)["Pictures"]).freezes
        try #require(freezes.count == 2)
        #expect(abs(freezes[0].start - 18.5) < 0.01 && abs(freezes[0].end - 20) < 0.01)
        #expect(abs(freezes[1].start - 39.68) < 0.01 && abs(freezes[1].end - 40) < 0.01)
        #expect(try charts(series)["Pictures"]?.element.text.contains("1.8 s in all") == true)
    }

    @Test func everyChartNamesItsUnitAndItsLines() throws {
        let drawn = DrawnChart.all(in: try XMLTree.parse(document([Measured.step(1), Measured.step(2)])))
        let expected: [(String, String, [String])] = [
            ("Round trip", "ms", ["round trip"]), ("Bit rate", "kbit/s", ["sent", "received"]),
            ("Loss", "%", ["packets missing before repair", "sound made up"]), ("Delay", "ms", ["sound", "pictures"]),
            ("Pictures", "frames a second", ["shown"]),
        ]
        #expect(drawn.count == expected.count)
        for (chart, (title, unit, names)) in zip(drawn, expected) {
            let heading = chart.element.all("text", "heading")[0].all("tspan").map(\.text)
            #expect(heading == [title, unit])
            #expect(chart.element.all("text", "legend")[0].all("tspan", "ink").map(\.text) == names)
        }
    }

    /// A name is of others: it is text, and nothing else.
    @Test func namesAreText() throws {
        let name = "</title><script>alert(\"1\")</script> & ' \u{1B}[2J\u{202E}\u{FFFF}"
        let root = try XMLTree.parse(document([Measured.step(1)], name: name))
        let shown = "Call with </title><script>alert(\"1\")</script> & ' \u{FFFD}[2J\u{FFFD}\u{FFFD}"
        #expect(root.all("title").map(\.text) == [shown] && root.all("text", "title").map(\.text) == [shown])
        #expect(root.all("script").isEmpty)
    }

    @Test func thePictureNeedsNothingElse() throws {
        let text = document((1...30).map { Measured.step(Double($0)) })
        let root = try XMLTree.parse(text)
        #expect(root.name == "svg" && root.attributes["role"] == "img" && root.all("title").count == 1)
        for word in ["<script", "href", "url(", "@import", "@font-face", "<image", "<foreignObject", "<!"] {
            #expect(!text.contains(word), "\(word)")
        }
        #expect(text.split(separator: "http").count == 2, "the name space alone looks like an address")
        #expect(text.contains("@media (prefers-color-scheme: dark)"))
    }

    @Test func everythingLiesOnThePaper() throws {
        let root = try XMLTree.parse(document((1...200).map { Measured.step(Double($0)) }))
        let box = (root.attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
        try #require(box.count == 4)
        for text in root.all("text") {
            #expect((0...box[2]).contains(text.number("x")) && (0...box[3]).contains(text.number("y")), "\(text.text)")
        }
        // A letter of this size is seven wide on average: the lines end on the paper even with figures of a long day.
        for text in root.all("text", "facts") {
            #expect(text.number("x") + Double(text.text.count + 12) * 7 < box[2], "\(text.text)")
        }
        // The fields do not overlap.
        let edges = root.all("g", "chart").map { chart in
            let ticks = chart.all("text", "tick").map { $0.number("y") }
            return (top: ticks.min() ?? .nan, bottom: ticks.max() ?? .nan)
        }
        for (upper, lower) in zip(edges, edges.dropFirst()) { #expect(upper.bottom + 20 < lower.top) }
    }

    /// What a daemon should not send draws something, and never brings the command down.
    @Test func oddSeriesAreDrawn() throws {
        let odd: [JSONValue] = [
            .null, "text", [:], ["t": .null], ["t": -5],
            ["t": 3, "rtt_ms": -4, "sent_kbps": 1e300, "freeze_ms": 1e300],
            Measured.step(2), ["t": 4, "rtt_ms": "fast", "loss_percent": [], "video_fps": .null], ["t": 1e300],
        ]
        let drawn = DrawnChart.all(in: try XMLTree.parse(document(odd)))
        #expect(drawn.count == 5)
        let series = CallSeries(.object(Measured.stats(odd)))
        #expect(series.samples.map(\.time) == [0, 3, 4, 1e12])
        #expect(CallSeries(.null).samples.isEmpty && !CallSeries(["series": 4]).hasPictures)
    }
}
