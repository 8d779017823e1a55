import Basics
import ControlAPI
import Glibc
import Platform

/// Starting parleyd.
enum DaemonProgram {
    /// The program: beside this one if there, else found by `PATH`.
    private static var path: String {
        guard let own = try? FileLink.target(of: "/proc/self/exe"), let slash = own.lastIndex(of: "/") else {
            return "parleyd"
        }
        let beside = "\(own[..<slash])/parleyd"
        return unsafe access(beside, X_OK) == 0 ? beside : "parleyd"
    }

    /// The program and its arguments; it reads the same environment as we do.
    private static func commandLine(_ context: Context) -> [String] {
        [path] + (context.socketOption.map { ["--socket", $0] } ?? [])
    }

    /// POSIX_SPAWN_SETSID of spawn.h, which Swift's Glibc leaves out.
    private static let newSession: Int16 = 0x80

    /// Becomes parleyd, with the arguments given.
    @Sendable static func replaceThisProcess(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let arguments = commandLine(context) + invocation.argumentList("ARGUMENT")
        let error = unsafe withArguments(arguments) { pointer in
            unsafe execvp(arguments[0], pointer)
            return errno
        }
        throw notFound(error)
    }

    /// Starts parleyd in a session of its own, its log appended to a file in its state folder.
    static func startInBackground(_ places: Places, _ context: Context) throws(Failure) -> StartedDaemon {
        let log = "\(places.state)/parleyd.log"
        try makeFolders(places.state)
        var before = stat()
        if unsafe stat(log, &before) != 0 { before.st_size = 0 }
        var actions = unsafe posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        for output in [STDOUT_FILENO, STDERR_FILENO] {
            unsafe posix_spawn_file_actions_addopen(&actions, output, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        unsafe posix_spawnattr_setflags(&attributes, newSession)
        let arguments = commandLine(context)
        var process = pid_t()
        let error = unsafe withArguments(arguments) { pointer in
            unsafe posix_spawnp(&process, arguments[0], &actions, &attributes, pointer, environ)
        }
        guard error == 0 else { throw notFound(error) }
        context.say("starting \(arguments[0]), its log is \(log)")
        return StartedDaemon(process: process, log: log, logBegin: before.st_size)
    }

    /// A connection to the daemon, as soon as there is one; `started` may end instead.
    static func wait(
        for places: Places, _ timeout: Duration, _ started: StartedDaemon? = nil
    ) throws(Failure) -> Client {
        let deadline = MonotonicClock.now + timeout
        while true {
            do throws(Failure) { return try Client(to: places.socket) } catch {
                guard error.exit == .notRunning, MonotonicClock.now < deadline else {
                    throw error.exit == .notRunning
                        ? Failure(.timeout, "timeout", "no daemon answered at \(places.socket)", hint: error.hint)
                        : error
                }
            }
            if let failure = started?.failure { throw failure }
            usleep(20_000)
        }
    }

    private static func notFound(_ error: Int32) -> Failure {
        Failure(
            .notRunning, "not_running", "parleyd: \(SystemError("start", code: error))",
            hint: "Install parleyd beside parley, or put it into PATH.")
    }

    private static func makeFolders(_ path: String) throws(Failure) {
        for end in path.indices.dropFirst() where path[end] == "/" { unsafe mkdir(String(path[..<end]), 0o700) }
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw Failure(.inputOutput, "io", "\(path): \(SystemError.last("mkdir"))")
        }
    }

    /// Lends `arguments` as exec wants them: pointers to C strings, ended by null.
    private static func withArguments(
        _ arguments: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) -> Int32 {
        var pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { for index in arguments.indices { unsafe free(pointers[index]) } }
        return unsafe body(&pointers)
    }
}

/// Where a symbolic link leads.
enum FileLink {
    static func target(of path: String) throws(SystemError) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let start = buffer.baseAddress else { return -1 }
            return unsafe readlink(path, start.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        guard count >= 0 else { throw .last("readlink") }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
