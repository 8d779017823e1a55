import CNice
import Glibc
import NetworkLoop
import Testing

// setns(2) is an extension of GNU that Swift's Glibc leaves out.
@_silgen_name("setns") private func setns(_ descriptor: Int32, _ kind: Int32) -> Int32

/// Where the network thread stands.
@NetworkActor enum Namespaces {
    /// Steps into a host's namespace with the network thread. What libnice or GLib complain of ends the process.
    static func enter(_ host: String, in lab: String) throws {
        g_log_set_always_fatal(
            GLogLevelFlags(rawValue: G_LOG_LEVEL_CRITICAL.rawValue | G_LOG_LEVEL_WARNING.rawValue))
        let descriptor = unsafe open(NATLab.path(of: host, in: lab), O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        try #require(setns(descriptor, 0x4000_0000) == 0)
    }
}
