import CShims
import Glibc

/// What a process that holds keys does first.
public enum ProcessHardening {
    /// Forbids core dumps, and with them other processes of this user reading our memory.
    public static func forbidCoreDumps() throws(SystemError) {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        try retrying("setrlimit") { unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) }
        try retrying("prctl") { parley_forbid_core_dumps() }
    }

    /// Whether this process could leave a core dump.
    public static var canDumpCore: Bool { parley_is_dumpable() != 0 }

    /// Allows as many open descriptors as the administrator's limit permits.
    public static func raiseDescriptorLimit() throws(SystemError) {
        var limit = rlimit()
        try retrying("getrlimit") { unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
        limit.rlim_cur = limit.rlim_max
        try retrying("setrlimit") { unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
    }
}
