import CGLib
import Glibc

/// The signals that tell a daemon what to do, delivered on the network thread.
///
/// SIGPIPE is ignored from the first one on: a write to a closed pipe is an error like others. Who started us may have
/// blocked signals, and a process inherits that: these are let through.
@NetworkActor
public final class Signals {
    /// A signal that the daemon obeys.
    public enum Signal: CaseIterable, Sendable {
        /// SIGTERM: stop cleanly.
        case terminate
        /// SIGINT: stop cleanly.
        case interrupt
        /// SIGHUP: read the configuration again.
        case hangUp

        fileprivate var number: Int32 {
            switch self {
            case .terminate: SIGTERM
            case .interrupt: SIGINT
            case .hangUp: SIGHUP
            }
        }
    }

    private let sources: [SignalSource]

    /// Calls `received` for each signal until this is destroyed.
    public init(_ received: @escaping @NetworkActor (Signal) -> Void) {
        _ = signal(SIGPIPE, SIG_IGN)
        let received = NetworkActor.proved(received)
        sources = Signal.allCases.map { signal in SignalSource(signal.number) { received(signal) } }
        Self.unblock(Signal.allCases)
    }

    private static func unblock(_ signals: [Signal]) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal.number) }
        unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}

/// GLib's source of one signal.
private final class SignalSource {
    private let handle: LoopSource.Handle

    init(_ number: Int32, _ received: @escaping () -> Void) {
        guard let source = unsafe g_unix_signal_source_new(number) else { preconditionFailure("not a signal") }
        unsafe g_source_set_callback(
            source,
            { box in
                if let box = unsafe box { unsafe Unmanaged<Box>.fromOpaque(box).takeUnretainedValue().call() }
                return 1  // G_SOURCE_CONTINUE
            },
            Unmanaged.passRetained(Box(received)).toOpaque(),
            { box in if let box = unsafe box { unsafe Unmanaged<Box>.fromOpaque(box).release() } })
        handle = unsafe LoopSource.Handle(attaching: source, to: NetworkActor.context)
    }

    private final class Box {
        let call: () -> Void

        init(_ call: @escaping () -> Void) { self.call = call }
    }
}
