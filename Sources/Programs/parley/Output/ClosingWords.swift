import Basics
import ControlAPI

/// The closing object of a call, and what is measured while it goes on, in words.
enum ClosingWords {
    /// How a call ended, and how it went.
    static func text(_ closing: JSONValue) -> String {
        let outcome = closing["outcome"]?.string.flatMap(CallOutcome.init)?.meaning ?? Table.words(closing["outcome"])
        let figures = CallFigures(closing)
        var lines = ["\(outcome) after \(CallMeter.clock(figures.duration))"]
        if let cause = closing["cause"] { lines.append(Table.words(cause)) }
        if let setup = closing["setup_ms"] { lines.append("set up in \(Table.words(setup)) ms") }
        if let path = figures.path { lines.append("path \(path)") }
        lines.append("sound: \(figures.sound)")
        for (index, line) in figures.pictures.enumerated() { lines.append((index == 0 ? "pictures: " : "  ") + line) }
        return lines.joined(separator: "\n")
    }

    /// How a call goes, or went: a line or more for each thing.
    static func measured(_ stats: JSONValue) -> String {
        let figures = CallFigures(stats)
        var rows = [["call", Table.words(stats["call"])], ["with", Table.words(stats["peer"])]]
        rows.append(["time", CallMeter.clock(figures.duration)])
        if let setup = stats["setup_ms"] { rows.append(["set up", "in \(Table.words(setup)) ms"]) }
        if let path = figures.path { rows.append(["path", path]) }
        rows.append(["network", figures.network])
        rows.append(["sound", figures.sound])
        if let now = figures.soundNow { rows.append(["", now]) }
        for (index, line) in figures.pictures.enumerated() { rows.append([index == 0 ? "pictures" : "", line]) }
        return Table.text(rows[0], Array(rows.dropFirst()))
    }
}
