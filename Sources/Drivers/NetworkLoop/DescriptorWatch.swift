import CGLib

/// Calls a closure on the network thread while a descriptor can be read or written.
@NetworkActor
@safe
public final class DescriptorWatch {
    /// What can be done, or is waited for.
    public struct Readiness: OptionSet, Sendable {
        /// The bits below.
        public let rawValue: UInt8

        /// The set with these bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Bytes, a connection or the end can be read. An error or a hang-up counts too: reading tells which.
        public static let read = Readiness(rawValue: 1)
        /// There is room to write.
        public static let write = Readiness(rawValue: 2)
    }

    private let handle: LoopSource.Handle
    private let tag: UnsafeMutableRawPointer?

    /// What is waited for. Nothing at all still reports errors and hang-ups, which poll(2) cannot leave out.
    public var interest: Readiness {
        didSet {
            guard interest != oldValue else { return }
            unsafe g_source_modify_unix_fd(handle.source, tag, interest.condition)
        }
    }

    /// Watches `descriptor`, which must stay open as long as this lives. `ready` is called again and again until the
    /// reason is gone.
    public init(_ descriptor: Int32, for interest: Readiness, _ ready: @escaping @NetworkActor (Readiness) -> Void) {
        let body = PolledSource(NetworkActor.proved(ready))
        handle = unsafe LoopSource.Handle(body, on: NetworkActor.context, isPolled: true)
        unsafe tag = g_source_add_unix_fd(handle.source, descriptor, interest.condition)
        body.poll = { [source = unsafe handle.source, tag = unsafe tag] in unsafe g_source_query_unix_fd(source, tag) }
        self.interest = interest
    }
}

/// The source behind a `DescriptorWatch`.
private final class PolledSource: LoopSource {
    var poll: () -> GIOCondition = { GIOCondition(rawValue: 0) }
    private let ready: (DescriptorWatch.Readiness) -> Void

    init(_ ready: @escaping (DescriptorWatch.Readiness) -> Void) { self.ready = ready }

    override func dispatch() { ready(DescriptorWatch.Readiness(poll())) }
}

extension DescriptorWatch.Readiness {
    fileprivate var condition: GIOCondition {
        GIOCondition(
            rawValue: (contains(.read) ? G_IO_IN.rawValue : 0) | (contains(.write) ? G_IO_OUT.rawValue : 0))
    }

    /// An error or a hang-up is told to whoever reads next.
    fileprivate init(_ condition: GIOCondition) {
        self = condition.rawValue & G_IO_OUT.rawValue != 0 ? .write : []
        if condition.rawValue & ~G_IO_OUT.rawValue != 0 { insert(.read) }
    }
}
