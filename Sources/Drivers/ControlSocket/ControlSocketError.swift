public import Platform

/// Why the control socket could not be opened.
public enum ControlSocketError: Error, Hashable, Sendable {
    /// Somebody listens there already; which process, as far as the kernel tells.
    case inUse(pid: Int32?)
    /// There is a file of that name which is no socket; it is left alone.
    case notASocket
    /// A system call failed.
    case system(SystemError)
}
