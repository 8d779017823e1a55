internal import Platform
internal import Synchronization

/// Words between the network thread and a thread of codecs: commands one way, events the other, a bell for each. Frames
/// have rings.
final class Mailbox<Command, Event: Sendable>: Sendable {
    let bell: Bell
    /// Raised by `stop` before anything else: neither side does another act.
    let isStopped = Atomic<Bool>(false)
    /// Calls the network thread.
    let wake: @Sendable () -> Void

    private let commands = Locked<[Command]>([])
    private let hasCommands = Atomic<Bool>(false)
    private let events = Locked<[Event]>([])
    private let hasEvents = Atomic<Bool>(false)

    init(wake: @escaping @Sendable () -> Void) throws(SystemError) {
        bell = try Bell()
        self.wake = wake
    }

    /// Network thread.
    func send(_ command: sending Command) {
        commands.withLock { $0.append(command) }
        hasCommands.store(true, ordering: .releasing)
        bell.ring()
    }

    /// Thread of codecs: all that was asked since the last call.
    func takeCommands() -> [Command] {
        guard hasCommands.exchange(false, ordering: .acquiringAndReleasing) else { return [] }
        return commands.withLock { commands in
            defer { commands = [] }
            return commands
        }
    }

    /// Thread of codecs.
    func report(_ event: Event) {
        events.withLock { $0.append(event) }
        hasEvents.store(true, ordering: .releasing)
        wake()
    }

    /// Network thread: the oldest event that was not taken yet.
    func takeEvent() -> Event? {
        guard hasEvents.load(ordering: .acquiring) else { return nil }
        return events.withLock { events in
            guard !events.isEmpty else {
                hasEvents.store(false, ordering: .releasing)
                return nil
            }
            return events.removeFirst()
        }
    }
}
