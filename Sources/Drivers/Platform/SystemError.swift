import Glibc

/// A system call failed: which one, and the `errno` it left.
public struct SystemError: Error, Hashable, Sendable {
    /// The name of the call, as in its manual page.
    public let call: String
    /// The value of `errno`.
    public let code: Int32

    /// `call` failed with `code`.
    public init(_ call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    /// `call` has just failed on this thread.
    public static func last(_ call: String) -> SystemError { SystemError(call, code: errno) }

    /// The disk, or the quota on it, is full.
    public var isNoSpace: Bool { code == ENOSPC || code == EDQUOT }
    /// There is no such file.
    public var isAbsent: Bool { code == ENOENT }
    /// The machine has no descriptor or no memory left just now.
    public var isExhausted: Bool { code == EMFILE || code == ENFILE || code == ENOMEM }
    /// Nothing to read, or no room to write, just now.
    public var isWouldBlock: Bool { code == EAGAIN || code == EWOULDBLOCK }
}

extension SystemError: CustomStringConvertible {
    /// `open: No such file or directory`.
    public var description: String {
        guard let text = unsafe strerror(code) else { return "\(call): error \(code)" }
        return "\(call): \(unsafe String(cString: text))"
    }
}

/// Calls again while a signal interrupts; throws when the answer is -1.
@discardableResult
package func retrying<Result: SignedInteger>(
    _ name: String, _ call: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = call()
        if result != -1 { return result }
        if errno != EINTR { throw .last(name) }
    }
}
