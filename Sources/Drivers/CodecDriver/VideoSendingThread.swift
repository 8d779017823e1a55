internal import Basics
internal import Glibc
internal import Platform
internal import Synchronization

/// The thread that sends pictures: sleeps until one is due, a pipe has more or something is asked.
struct VideoSendingThread: ~Copyable {
    private let channel: VideoSenderChannel
    private var transmitter: VideoTransmitter
    private var sleeper: Sleeper
    private var published = VideoTransmission()

    init(_ channel: VideoSenderChannel, bitrate: Bitrate) {
        self.channel = channel
        transmitter = VideoTransmitter(bitrate: bitrate, ring: channel.outgoing) { channel.mail.report($0) }
        sleeper = Sleeper(channel.mail.bell)
    }

    /// Runs until it is stopped. It has no priority: sound comes first.
    mutating func run() {
        Sleeper.blockSignals()
        while obey() {
            let next = transmitter.run(at: MonotonicClock.now)
            publish()
            if let descriptor = transmitter.awaitedDescriptor { sleeper.watch(descriptor, for: POLLIN) }
            sleeper.sleep(until: next ?? .distantFuture)
        }
        channel.mail.report(.finished)
    }

    /// Does what was asked. False when it is stopped.
    private mutating func obey() -> Bool {
        for command in channel.mail.takeCommands() {
            switch command {
            case .start(let now): transmitter.start(at: now)
            case .stop: return false
            case .source(let lane): transmitter.setSource(lane)
            case .keyFrame: transmitter.requestKeyFrame()
            case .bitrate(let bitrate): transmitter.setBitrate(bitrate)
            case .limit(let limit): transmitter.setLimit(limit)
            case .mute(let isMuted): transmitter.setMuted(isMuted)
            }
        }
        return !channel.mail.isStopped.load(ordering: .acquiring)
    }

    private mutating func publish() {
        let transmission = transmitter.transmission
        guard transmission != published else { return }
        let hasFrame = transmission.frames != published.frames
        published = transmission
        channel.transmission.withLock { $0 = transmission }
        if hasFrame { channel.mail.wake() }
    }
}
