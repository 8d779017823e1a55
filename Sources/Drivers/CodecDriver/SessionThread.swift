internal import Basics
internal import CShims
internal import Glibc
internal import Platform
internal import Synchronization

/// The media thread of a session: sleeps until a frame is due, something arrives or something is asked.
struct SessionThread: ~Copyable {
    private let channel: SessionChannel
    private var transmitter: Transmitter
    private var listener: Listener
    private var requests: [pollfd] = []
    private var sentFrames = 0

    init(_ channel: SessionChannel, bitrate: Bitrate) {
        self.channel = channel
        transmitter = Transmitter(bitrate: bitrate, ring: channel.outgoing, gauges: channel.transmission) {
            channel.report($0)
        }
        listener = Listener { channel.report($0) }
        requests.reserveCapacity(16)
    }

    /// Runs until the session is stopped.
    mutating func run() {
        Self.becomePunctual()
        while obey() {
            let now = MonotonicClock.now
            let nextTick = listener.run(at: now, inStepWith: transmitter.steadyDue)
            let nextFrame = transmitter.run(at: now)
            wakeNetwork()
            sleep(until: min(nextTick ?? .distantFuture, nextFrame ?? .distantFuture))
        }
        listener.finish()
        channel.report(.finished)
    }

    /// Does what was asked. False when the session is stopped.
    private mutating func obey() -> Bool {
        for command in channel.takeCommands() {
            switch command {
            case .start(let now):
                transmitter.start(at: now)
                listener.start()
            case .stop: return false
            case .mute(let isMuted): transmitter.setMuted(isMuted)
            case .expectLoss(let percent): transmitter.setExpectedLoss(percent: percent)
            case .addSource(let lane): transmitter.add(lane)
            case .removeSource(let id): transmitter.remove(source: id)
            case .addSink(let lane): listener.add(lane)
            case .addParticipant(let lane): listener.add(lane)
            case .removeParticipant(let id): listener.remove(participant: id)
            }
        }
        return !channel.isStopped.load(ordering: .acquiring)
    }

    private mutating func wakeNetwork() {
        let frames = channel.transmission.snapshot.frames
        guard frames != sentFrames else { return }
        sentFrames = frames
        channel.wake()
    }

    private mutating func sleep(until deadline: Instant) {
        requests.removeAll(keepingCapacity: true)
        requests.append(pollfd(fd: channel.bell.pollDescriptor, events: Int16(POLLIN), revents: 0))
        transmitter.forEachAwaitedDescriptor { descriptor in
            if requests.count < requests.capacity {
                requests.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
            }
        }
        // Without a deadline it sleeps until the bell rings.
        let rest = deadline == .distantFuture ? -1 : max(0, (deadline - MonotonicClock.now).nanoseconds)
        let count = unsafe requests.withUnsafeMutableBufferPointer {
            unsafe parley_poll($0.baseAddress, $0.count, rest)
        }
        if count > 0, requests[0].revents != 0 { channel.bell.quiet() }
    }

    /// Real-time priority where the system grants it; no signal is handled here, and a pipe that breaks only fails.
    private static func becomePunctual() {
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
        var parameters = sched_param()
        parameters.sched_priority = sched_get_priority_min(SCHED_RR)
        _ = unsafe pthread_setschedparam(pthread_self(), SCHED_RR, &parameters)
    }
}
