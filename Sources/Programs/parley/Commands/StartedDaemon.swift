import Basics
import ControlAPI
import Glibc
import Platform

/// A daemon that this command has started, and that may end instead of answering.
struct StartedDaemon {
    let process: pid_t
    let log: String
    /// Where its own lines begin in the log.
    let logBegin: Int

    /// Why it has ended; nil while it runs, and when another daemon was quicker to start on the same home.
    var failure: Failure? {
        var status: Int32 = 0
        guard unsafe waitpid(process, &status, WNOHANG) == process else { return nil }
        let exit = status & 0x7F == 0 ? ExitCode(rawValue: status >> 8 & 0xFF) ?? .bug : .bug
        guard exit != .tryAgain else { return nil }
        return Failure(exit, "not_running", "parleyd ended: \(lastWords)", hint: "Its log is \(log).")
    }

    private var lastWords: String {
        guard let file = try? Descriptor.open(log, O_RDONLY) else { return "it wrote no log" }
        lseek(file.rawValue, logBegin, SEEK_SET)
        let bytes = (try? file.readAll(limit: 1 << 16)) ?? []
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        return lines.last.map(String.init) ?? "it said nothing"
    }
}
