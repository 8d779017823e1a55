public import Basics
import Glibc

/// What systemd wants to know of a service of `Type=notify` (sd_notify(3)); nothing without `NOTIFY_SOCKET`.
public enum ServiceManager {
    /// One message to the service manager.
    public enum State: Equatable, Sendable {
        case ready, stopping
        /// A reload began, at this moment of `MonotonicClock`; `ready` ends it.
        case reloading(at: Instant)
        /// One line for `systemctl status`.
        case status(String)

        var text: String {
            switch self {
            case .ready: "READY=1"
            case .stopping: "STOPPING=1"
            case .reloading(let now): "RELOADING=1\nMONOTONIC_USEC=\(now.nanoseconds / 1000)"
            case .status(let line): "STATUS=\(line.replacing("\n", with: " "))"
            }
        }
    }

    /// Tells the service manager, if there is one. It never waits, and a failure changes nothing for us.
    public static func notify(_ state: State) {
        guard let value = unsafe getenv("NOTIFY_SOCKET") else { return }
        try? send(state.text, to: unsafe String(cString: value))
    }

    static func send(_ text: String, to name: String) throws(SystemError) {
        let socket = try UnixSocket.make(SOCK_DGRAM)
        let bytes = Array(text.utf8)
        try unsafe UnixSocket.withAddress(of: name) { address, byteCount throws(SystemError) in
            _ = try retrying("sendto") {
                unsafe sendto(
                    socket.rawValue, bytes, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL), address,
                    byteCount)
            }
        }
    }
}
