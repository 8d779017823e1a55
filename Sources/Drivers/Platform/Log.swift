import Basics
import Glibc
import Synchronization

/// The operator's log on standard error, one line a message. The journal of acts is something else.
///
/// Under systemd each line carries its level as `<N>` (sd-daemon(3)). Personal data is `Redacted`, whose description
/// says nothing, so that interpolating it is harmless. Control characters are replaced: nobody can forge a line.
public enum Log {
    /// How grave a message is, by the numbers of syslog.
    public enum Level: Int, Comparable, Sendable {
        case error = 3, warning = 4, notice = 5, info = 6, debug = 7

        /// The graver comes first.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private static let least = Atomic(Level.info.rawValue)

    /// The least grave level that is written; `info` at first.
    public static var threshold: Level {
        get { Level(rawValue: least.load(ordering: .relaxed)) ?? .info }
        set { least.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// Something failed that an operator must mend.
    public static func error(_ text: @autoclosure () -> String) { write(.error, text) }
    /// Something is wrong, and work goes on.
    public static func warning(_ text: @autoclosure () -> String) { write(.warning, text) }
    /// Something rare and worth knowing happened.
    public static func notice(_ text: @autoclosure () -> String) { write(.notice, text) }
    /// Something ordinary happened.
    public static func info(_ text: @autoclosure () -> String) { write(.info, text) }
    /// A detail for developers.
    public static func debug(_ text: @autoclosure () -> String) { write(.debug, text) }

    private static func write(_ level: Level, _ text: () -> String) {
        guard level <= threshold else { return }
        let line = Array(format(level, text(), forJournal: isJournal).utf8)
        _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// One whole line: written with one call, so that lines of several threads do not mix.
    static func format(_ level: Level, _ text: String, forJournal: Bool) -> String {
        var line = forJournal ? "<\(level.rawValue)>" : ""
        for scalar in text.unicodeScalars {
            line.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
        }
        return line + "\n"
    }

    /// Whether standard error is the stream that systemd names in `JOURNAL_STREAM` (`device:inode`).
    private static let isJournal: Bool = {
        var status = stat()
        guard let value = unsafe getenv("JOURNAL_STREAM"), unsafe fstat(STDERR_FILENO, &status) == 0 else {
            return false
        }
        return unsafe String(cString: value) == "\(status.st_dev):\(status.st_ino)"
    }()
}
