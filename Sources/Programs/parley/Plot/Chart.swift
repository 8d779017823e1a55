/// One of the small charts of a call's picture, before it is drawn.
struct Chart: Equatable {
    /// A value over the time of the call, with a gap wherever there is none.
    struct Line: Equatable {
        let name: String
        /// One for each sample of the series.
        let values: [Double?]
    }

    /// A stretch of time that stands out.
    struct Mark: Equatable {
        let start: Double, end: Double
    }

    let title: String
    let unit: String
    /// At most two: there are two colours.
    let lines: [Line]
    /// Where the axis ends at least, so that little is not drawn as much.
    let leastTop: Double
    var marks: [Mark] = []

    /// The charts of a call, from the top. Those of pictures are only there when it carries some.
    static func all(of series: CallSeries) -> [Chart] {
        let samples = series.samples
        func line(_ name: String, _ value: (CallSeries.Sample) -> Double?) -> Line {
            Line(name: name, values: samples.map(value))
        }
        let delays = [line("sound", \.soundDelay)] + (series.hasPictures ? [line("pictures", \.pictureDelay)] : [])
        let charts = [
            Chart(title: "Round trip", unit: "ms", lines: [line("round trip", \.roundTrip)], leastTop: 1),
            Chart(
                title: "Bit rate", unit: "kbit/s",
                lines: [line("sent", \.sentRate), line("received", \.receivedRate)], leastTop: 10),
            Chart(
                title: "Loss", unit: "%",
                lines: [line("packets missing before repair", \.loss), line("sound made up", \.concealed)],
                leastTop: 1),
            Chart(title: series.hasPictures ? "Delay" : "Delay of sound", unit: "ms", lines: delays, leastTop: 10),
        ]
        guard series.hasPictures else { return charts }
        // A freeze is counted in the step in which it ends: it is drawn back from there, as long as it was.
        let freezes = samples.filter { $0.frozen > 0 }
            .map { Mark(start: max(0, $0.time - $0.frozen), end: $0.time) }
        let frames = line("shown", \.framesShown)
        return charts + [
            Chart(title: "Pictures", unit: "frames a second", lines: [frames], leastTop: 5, marks: freezes)
        ]
    }
}
