import Basics
import Platform

/// The live line of a call on a terminal: time, path, bit rate, loss and level, and how the pictures do when there are some;
/// renewed in place.
struct CallMeter {
    private var isShown = false
    private var last: (at: Instant, stats: JSONValue)?

    /// Renews the line from `call.stats`.
    mutating func show(_ stats: JSONValue, _ context: Context) {
        Context.sayAlways("\r\u{1B}[K" + line(stats, at: MonotonicClock.now, columns: context.columns))
        isShown = true
    }

    /// The line at `now`. What does not fit into so many columns is left out from its end.
    mutating func line(_ stats: JSONValue, at now: Instant, columns: Int?) -> String {
        let step = last.map { MeterStep(from: $0.stats, to: stats, seconds: max((now - $0.at).inSeconds, 0.001)) }
        last = (now, stats)
        var parts = [Self.clock(stats["duration_s"]?.double ?? 0)]
        if let path = stats["path"] {
            let trip = path["rtt_ms"]?.double.map { " \(Table.decimal($0)) ms" } ?? ""
            parts.append(Table.words(path["kind"]) + trip)
        }
        if let step { parts += ["loss \(Table.decimal(step.soundLoss)) %", "\(step.rate) kbit/s"] }
        parts.append(Self.bar(stats["audio"]?["level_db"]?.double))
        return Self.fit(parts + Self.pictures(CallFigures(stats), step), into: columns)
    }

    private static func pictures(_ figures: CallFigures, _ step: MeterStep?) -> [String] {
        guard figures.isReceivingPictures else { return figures.hasPictures ? ["pictures: \(figures.sent)"] : [] }
        let rate = step.map { "\(Table.decimal($0.framesShown, digits: 0)) fps" }
        let size = [figures.size, rate].compactMap(\.self).joined(separator: " ")
        let loss = step.map {
            "\(Table.decimal($0.pictureLoss.missingPercent)) % missing, "
                + "\(Table.decimal($0.pictureLoss.lostPercent)) % after repair"
        }
        return [size, figures.freezeCount, loss ?? "", figures.lag ?? ""].filter { !$0.isEmpty }
    }

    /// The first parts, as many as there is room for; always one.
    private static func fit(_ parts: [String], into columns: Int?) -> String {
        var line = parts[0]
        for part in parts.dropFirst() {
            // The last column stays free: some terminals go to the next line with it.
            guard line.count + 2 + part.count < columns ?? .max else { break }
            line += "  " + part
        }
        return line
    }

    /// Says something on a line of its own, above the live one.
    mutating func say(_ text: String, _ context: Context) {
        clear(context)
        context.say(text)
    }

    /// Takes the line away.
    mutating func clear(_ context: Context) {
        if isShown { Context.sayAlways("\r\u{1B}[K") }
        isShown = false
    }

    /// `1:02:03`, or `02:03` within the first hour.
    static func clock(_ seconds: Double) -> String {
        let seconds = Int(max(0, min(seconds, 1e9)))
        func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let short = "\(pad(seconds / 60 % 60)):\(pad(seconds % 60))"
        return seconds < 3600 ? short : "\(seconds / 3600):\(short)"
    }

    /// A level from -60 to 0 dB as ten blocks.
    static func bar(_ level: Double?) -> String {
        guard let level else { return "silence" }
        let full = Int(max(0, min(10, (level + 60) / 6)).rounded())
        return String(repeating: "▮", count: full) + String(repeating: "▯", count: 10 - full)
            + " \(Int(max(level, -99))) dB"
    }
}
