import Basics
import ControlAPI
import Platform

/// The live line of a call on a terminal: time, path, loss, bit rate, level; renewed in place.
struct CallMeter {
    private var isShown = false
    private var last: (at: Instant, byteCount: Int, received: Int, lost: Int)?

    /// Renews the line from `call.stats`.
    mutating func show(_ stats: JSONValue, _ context: Context) {
        let now = MonotonicClock.now
        let byteCount = stats["bytes"]?["received"]?.int ?? 0
        let received = stats["audio"]?["received"]?.int ?? 0, lost = stats["audio"]?["lost"]?.int ?? 0
        var parts = [Self.clock(stats["duration_s"]?.double ?? 0)]
        if let path = stats["path"] {
            let trip = path["rtt_ms"]?.double.map { " \(Table.decimal($0)) ms" } ?? ""
            parts.append(Table.words(path["kind"]) + trip)
        }
        if let last {
            let expected = received - last.received + lost - last.lost
            let share = expected > 0 ? Double(lost - last.lost) / Double(expected) * 100 : 0
            parts.append("loss \(Table.decimal(max(0, share))) %")
            let seconds = max((now - last.at).inSeconds, 0.001)
            parts.append("\(Int(Double(max(0, byteCount - last.byteCount)) * 8 / seconds / 1000)) kbit/s")
        }
        parts.append(Self.bar(stats["audio"]?["level_db"]?.double))
        last = (now, byteCount, received, lost)
        Context.sayAlways("\r\u{1B}[K" + parts.joined(separator: "  "))
        isShown = true
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

/// The closing object of a call in words.
enum ClosingWords {
    static func text(_ closing: JSONValue) -> String {
        let outcome = closing["outcome"]?.string.flatMap(CallOutcome.init)?.meaning ?? Table.words(closing["outcome"])
        let audio = closing["audio"], path = closing["path"]
        var lines = ["\(outcome) after \(CallMeter.clock(closing["duration_s"]?.double ?? 0))"]
        if let setup = closing["setup_ms"] { lines.append("set up in \(Table.words(setup)) ms") }
        if let path {
            let trip = path["rtt_ms"].map { ", round trip \(Table.words($0)) ms" } ?? ""
            lines.append("path \(Table.words(path["kind"]))\(trip)")
        }
        lines.append(
            "sound: \(Table.words(audio?["sent"])) packets sent, \(Table.words(audio?["received"])) received, "
                + "\(Table.words(audio?["lost"])) lost, \(Table.words(audio?["concealed_ms"])) ms concealed")
        return lines.joined(separator: "\n")
    }
}
