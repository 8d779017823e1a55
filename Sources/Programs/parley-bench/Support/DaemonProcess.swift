internal import Basics
internal import Glibc
internal import Platform

/// A daemon of its own home, from the program `parleyd` that lies beside this one.
final class DaemonProcess {
    private let process: pid_t
    let home: String

    /// Starts it, and waits until its socket takes clients.
    init(home: String, configuration: String = "{}") throws(BenchFailure) {
        self.home = home
        guard unsafe mkdir(home, 0o700) == 0, unsafe mkdir("\(home)/config", 0o700) == 0 else {
            throw BenchFailure("\(home) cannot be made")
        }
        do throws(SystemError) {
            let file = try Descriptor.open("\(home)/config/parley.json5", O_WRONLY | O_CREAT)
            try file.writeAll(Array(configuration.utf8).rawSpan)
        } catch { throw BenchFailure("\(error)") }
        process = try Self.start(Self.program, home: home)
        try waitForSocket()
    }

    private func waitForSocket() throws(BenchFailure) {
        for _ in 0..<1_000 {
            if (try? ControlClient(to: socket)) != nil { return }
            usleep(10_000)
        }
        throw BenchFailure("\(home): the daemon does not answer")
    }

    deinit {
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
    }

    /// Its control socket.
    var socket: String { "\(home)/run/parley.sock" }

    /// Seconds of processor that it has used, in steps of 10 ms.
    var processorSeconds: Double {
        // proc(5): the name, in parentheses, may hold anything; utime and stime are the 12th and 13th field behind it.
        let fields = Self.text(of: "/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return .nan }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The most memory that it has had since `forgetPeakMemory`, in megabytes.
    var peakMemory: Double { memory("VmHWM:") }

    /// The memory that it has now, in megabytes.
    var residentMemory: Double { memory("VmRSS:") }

    /// Lets the count of the peak begin anew.
    func forgetPeakMemory() {
        guard let file = try? Descriptor.open("/proc/\(process)/clear_refs", O_WRONLY) else { return }
        try? file.writeAll(Array("5".utf8).rawSpan)
    }

    private func memory(_ field: String) -> Double {
        for line in Self.text(of: "/proc/\(process)/status").split(separator: "\n") where line.hasPrefix(field) {
            return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) }
                .map { $0 / 1_000 } ?? .nan
        }
        return .nan
    }

    private static func text(of path: String) -> String {
        guard let file = try? Descriptor.open(path, O_RDONLY), let bytes = try? file.readAll(limit: 65_536) else {
            return ""
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static var program: String {
        var path = [CChar](repeating: 0, count: 4_096)
        let count = unsafe readlink("/proc/self/exe", &path, path.count)
        let own = String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "\(own.dropLast("parley-bench".utf8.count))parleyd"
    }

    private static func start(_ program: String, home: String) throws(BenchFailure) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(
            &actions, STDERR_FILENO, "\(home)/parleyd.log", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let arguments = unsafe [strdup(program), strdup("--home"), strdup(home), nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var process = pid_t()
        let code = unsafe posix_spawn(&process, program, &actions, nil, arguments, environ)
        guard code == 0 else {
            throw BenchFailure("\(program) cannot be started; build it first: swift build -c release --product parleyd")
        }
        return process
    }
}
