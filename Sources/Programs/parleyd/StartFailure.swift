import ControlAPI

/// Why the daemon does not start, for people, and how the process ends.
struct StartFailure: Error {
    let code: ExitCode
    let reason: String

    init(_ code: ExitCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
