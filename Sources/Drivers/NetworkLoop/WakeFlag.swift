import CGLib
import Synchronization

/// A flag that any thread may raise: the loop wakes, once for all that raised it meanwhile.
///
/// Raising takes no lock and no memory, so that real-time threads may do it.
@safe
final class WakeFlag: Sendable {
    private let isRaised = Atomic(false)
    nonisolated(unsafe) private let context: OpaquePointer  // g_main_context_wakeup may be called from any thread

    init(_ context: OpaquePointer) { unsafe self.context = context }

    func raise() {
        if !isRaised.exchange(true, ordering: .acquiringAndReleasing) { unsafe g_main_context_wakeup(context) }
    }

    func lower() { isRaised.store(false, ordering: .sequentiallyConsistent) }

    var isUp: Bool { isRaised.load(ordering: .acquiring) }
}

/// The source that runs `woken` on the network thread when its flag is up.
final class WakeSource: LoopSource {
    private let flag: WakeFlag
    private let woken: () -> Void

    init(_ flag: WakeFlag, _ woken: @escaping () -> Void) {
        self.flag = flag
        self.woken = woken
    }

    override func prepare() -> Int32 { flag.isUp ? 0 : -1 }
    override var isReady: Bool { flag.isUp }

    override func dispatch() {
        flag.lower()  // first: what is raised from here on is another wake
        woken()
    }
}
