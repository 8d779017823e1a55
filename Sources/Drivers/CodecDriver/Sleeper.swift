internal import Basics
internal import CShims
internal import Glibc
internal import Platform

/// Puts a thread of codecs to sleep until its bell rings, a descriptor is ready or a moment comes.
struct Sleeper {
    private let bell: Bell
    private var requests: [pollfd] = []

    init(_ bell: Bell) {
        self.bell = bell
        requests.reserveCapacity(16)
        askForBell()
    }

    /// No signal is handled on the calling thread, and a pipe that breaks only fails.
    static func blockSignals() {
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
    }

    /// The next sleep ends, too, when `descriptor` is ready for `events`.
    mutating func watch(_ descriptor: Int32, for events: Int32) {
        guard requests.count < requests.capacity else { return }
        requests.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
    }

    /// Sleeps; `.distantFuture`: until something happens.
    mutating func sleep(until deadline: Instant) {
        let rest = deadline == .distantFuture ? -1 : max(0, (deadline - MonotonicClock.now).nanoseconds)
        let count = unsafe requests.withUnsafeMutableBufferPointer {
            unsafe parley_poll($0.baseAddress, $0.count, rest)
        }
        if count > 0, requests[0].revents != 0 { bell.quiet() }
        requests.removeAll(keepingCapacity: true)
        askForBell()
    }

    private mutating func askForBell() { watch(bell.pollDescriptor, for: POLLIN) }
}
