import Basics

extension CallPlot {
    /// The picture of what `call.stats` and `call.get` tell about a call.
    init(_ stats: JSONValue, _ state: JSONValue, _ series: CallSeries) {
        title = state["name"]?.string.map { "Call with \($0)" } ?? "A call"
        let figures = CallFigures(stats)
        let began = state["began"]?.string.flatMap { WallTime($0) == nil ? nil : Self.moment($0) }
        let call = [
            began, "lasted \(CallMeter.clock(figures.duration))",
            stats["setup_ms"].map { "set up in \(Table.words($0)) ms" },
        ]
        let network = [figures.path.map { "path \($0)" }, figures.network]
        func fact(_ label: String, _ parts: [String?]) -> Fact {
            Fact(label: label, text: parts.compactMap(\.self).joined(separator: ", "))
        }
        facts =
            [fact("Call", call), fact("Network", network), fact("Sound", [figures.sound])]
            + figures.pictures.enumerated().map { fact($0 == 0 ? "Pictures" : "", [$1]) }
        self.series = series
    }

    /// `2026-11-23T17:50:00.123Z` as people write it.
    private static func moment(_ text: String) -> String {
        text.prefix(19).replacing("T", with: " ") + " UTC"
    }
}
