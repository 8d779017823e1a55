internal import Basics
internal import Platform
internal import Synchronization

/// All that the two threads of a session share: rings for frames, a few words for the rest.
final class SessionChannel: Sendable {
    let outgoing = FrameRing<OutgoingFrame>(
        capacity: 16, filler: OutgoingFrame(mediaTime: 0, marker: false, due: .zero))
    let transmission = TransmissionGauges()
    let bell: Bell
    /// Raised by `stop` before anything else: neither half does another act.
    let isStopped = Atomic<Bool>(false)
    /// Calls the network thread.
    let wake: @Sendable () -> Void

    private let commands = Locked<[SessionCommand]>([])
    private let hasCommands = Atomic<Bool>(false)
    private let events = Locked<[AudioEvent]>([])
    private let hasEvents = Atomic<Bool>(false)

    init(wake: @escaping @Sendable () -> Void) throws(SystemError) {
        bell = try Bell()
        self.wake = wake
    }

    /// Network thread.
    func send(_ command: sending SessionCommand) {
        commands.withLock { $0.append(command) }
        hasCommands.store(true, ordering: .releasing)
        bell.ring()
    }

    /// Media thread: all that was asked since the last call.
    func takeCommands() -> [SessionCommand] {
        guard hasCommands.exchange(false, ordering: .acquiringAndReleasing) else { return [] }
        return commands.withLock { commands in
            defer { commands = [] }
            return commands
        }
    }

    /// Media thread.
    func report(_ event: AudioEvent) {
        events.withLock { $0.append(event) }
        hasEvents.store(true, ordering: .releasing)
        wake()
    }

    /// Network thread: the oldest event that was not taken yet.
    func takeEvent() -> AudioEvent? {
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
