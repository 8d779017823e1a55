internal import Basics
internal import Glibc
internal import Platform
internal import Synchronization

/// The media thread of a session: sleeps until a frame is due, something arrives or something is asked.
struct SessionThread: ~Copyable {
    private let channel: SessionChannel
    private var transmitter: Transmitter
    private var listener: Listener
    private var sleeper: Sleeper
    private var sentFrames = 0

    init(_ channel: SessionChannel, bitrate: Bitrate) {
        self.channel = channel
        transmitter = Transmitter(bitrate: bitrate, ring: channel.outgoing, gauges: channel.transmission) {
            channel.mail.report($0)
        }
        listener = Listener { channel.mail.report($0) }
        sleeper = Sleeper(channel.mail.bell)
    }

    /// Runs until the session is stopped.
    mutating func run() {
        Sleeper.blockSignals()
        Self.becomePunctual()
        while obey() {
            let now = MonotonicClock.now
            let nextTick = listener.run(at: now, inStepWith: transmitter.steadyDue)
            let nextFrame = transmitter.run(at: now)
            wakeNetwork()
            sleep(until: min(nextTick ?? .distantFuture, nextFrame ?? .distantFuture))
        }
        listener.finish()
        channel.mail.report(.finished)
    }

    /// Does what was asked. False when the session is stopped.
    private mutating func obey() -> Bool {
        for command in channel.mail.takeCommands() {
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
        return !channel.mail.isStopped.load(ordering: .acquiring)
    }

    private mutating func wakeNetwork() {
        let frames = channel.transmission.snapshot.frames
        guard frames != sentFrames else { return }
        sentFrames = frames
        channel.mail.wake()
    }

    private mutating func sleep(until deadline: Instant) {
        transmitter.forEachAwaitedDescriptor { sleeper.watch($0, for: POLLIN) }
        sleeper.sleep(until: deadline)
    }

    /// Real-time priority where the system grants it.
    private static func becomePunctual() {
        var parameters = sched_param()
        parameters.sched_priority = sched_get_priority_min(SCHED_RR)
        _ = unsafe pthread_setschedparam(pthread_self(), SCHED_RR, &parameters)
    }
}
