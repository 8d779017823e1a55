import Basics
import ControlAPI
import Glibc
import Platform

/// How a passphrase comes to the daemon: as a descriptor that the daemon reads, never as an argument.
enum Passphrase {
    /// The options of a command that wants one; `prefix` tells two of them apart.
    static func options(_ prefix: String = "", of what: String) -> [OptionSpec] {
        [
            .value("--\(prefix)passphrase-file", "FILE", .file, "Read \(what) from the first line of a file."),
            .value("--\(prefix)passphrase-fd", "FD", .number, "Read \(what) from an open descriptor."),
        ]
    }

    /// Whether an option says where it comes from.
    static func isGiven(_ invocation: Invocation) -> Bool {
        invocation.option("--passphrase-file") != nil || invocation.option("--passphrase-fd") != nil
    }

    /// The descriptor to pass: of the file or descriptor that the options name, or of what somebody types. Off a
    /// terminal nobody is asked: that is wrong use.
    static func descriptor(
        _ invocation: Invocation, _ prefix: String = "", prompt: String, isNew: Bool, _ context: Context
    ) throws(Failure) -> Descriptor {
        let file = invocation.option("--\(prefix)passphrase-file")
        let number = try invocation.integer("--\(prefix)passphrase-fd")
        guard file == nil || number == nil else {
            throw .usage("--\(prefix)passphrase-file and --\(prefix)passphrase-fd exclude each other")
        }
        do throws(SystemError) {
            if let file { return try Descriptor.open(file, O_RDONLY) }
            if let number { return try Files.duplicate(Int32(clamping: number)) }
        } catch {
            throw Failure(error, "the passphrase: \(file ?? "descriptor \(number ?? -1)")")
        }
        guard context.canAsk else {
            throw .usage("\(prompt): off a terminal give --\(prefix)passphrase-file or --\(prefix)passphrase-fd")
        }
        return try typed(prompt, isNew: isNew)
    }

    private static func typed(_ prompt: String, isNew: Bool) throws(Failure) -> Descriptor {
        var first = try ask(prompt)
        defer { wipe(&first) }
        guard !first.isEmpty else { throw .usage("an empty passphrase protects nothing; --no-passphrase says so") }
        if isNew {
            var second = try ask("\(prompt) again")
            defer { wipe(&second) }
            guard first == second else { throw .usage("the two passphrases differ") }
        }
        do throws(SystemError) {
            let pipe = try Pipe()
            try pipe.writing.writeAll(first.rawSpan)
            return try pipe.reading.duplicate()
        } catch {
            throw Failure(error, "the passphrase")
        }
    }

    /// Reads one line from the terminal without showing it.
    private static func ask(_ prompt: String) throws(Failure) -> [UInt8] {
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else {
            throw Failure(.inputOutput, "io", "\(SystemError.last("tcgetattr"))")
        }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        Context.sayAlways("\(prompt): ")
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            Context.sayAlways("\n")
        }
        return try readLine()
    }

    /// A line from the terminal, which Ctrl-C may cut short: then the terminal must still be set right.
    private static func readLine() throws(Failure) -> [UInt8] {
        let signals = try SignalWatch()
        guard let input = try? Files.duplicate(STDIN_FILENO) else {
            preconditionFailure("a terminal has no descriptor")
        }
        var line: [UInt8] = []
        line.reserveCapacity(1024)  // so that no copy is left behind by growing
        while line.count < 1024 {
            if case .signal = try Poll.wait(for: input, or: signals, before: nil) {
                wipe(&line)
                throw Failure(.interrupted, "interrupted", "interrupted")
            }
            var byte: UInt8 = 0
            guard unsafe read(STDIN_FILENO, &byte, 1) == 1, byte != UInt8(ascii: "\n") else { break }
            line.append(byte)
        }
        return line
    }

    private static func wipe(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { unsafe explicit_bzero(start, bytes.count) }
        }
    }
}
