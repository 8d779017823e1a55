internal import Basics
internal import Calling
internal import Mesh
internal import RTP

/// The media of one call while it lives: what we send, and what the engine says of it.
struct CallMedia {
    /// Numbers and stamps what we send: one stream for all participants.
    var sender: RTPSender
    /// Whether the engine has opened the sources and sinks.
    var isReady = false
    /// Whether a source of ours runs.
    var isRunning = false
    /// Whether somebody wished for the call: false when the configuration answers it.
    var isAnsweredByPerson = true
    /// When the first audio of a participant went on its way to the sinks.
    var started: Instant?
    /// The newest sources, in the order in which they were given.
    private(set) var sources: [Source] = []
    /// What the engine last counted.
    var report = MediaReport()
    /// What the network saw of those who have left.
    var counted = NetworkCounts()
    /// The call's end, while the engine still counts.
    var ending: CallEnding?
    /// Packets handed to sessions, all participants together.
    var packetsSent = 0
    /// Frames of ours, and what became of their packets.
    var frameCount = 0
    var loss = LossWatch()

    /// One source of ours.
    struct Source {
        enum State: String { case waiting, running, ended }

        /// Names it within the call.
        let number: Int
        let uri: String
        var state: State
    }

    /// Sources that have not ended, at most.
    static let mostSources = 8
    /// Sources that are remembered.
    private static let rememberedSources = 64

    /// Whether a further source may come while `pending` are being opened.
    func hasRoomForSource(beside pending: Int) -> Bool {
        sources.count { $0.state != .ended } + pending < Self.mostSources
    }

    /// A source is there; of those that have ended the oldest is forgotten when there are many.
    mutating func add(source number: Int, _ uri: String, _ state: Source.State) {
        sources.append(Source(number: number, uri: uri, state: state))
        guard sources.count > Self.rememberedSources, let ended = sources.firstIndex(where: { $0.state == .ended })
        else { return }
        sources.remove(at: ended)
    }

    /// A source has no more to give.
    mutating func end(source number: Int) {
        for index in sources.indices where sources[index].number == number { sources[index].state = .ended }
    }

    /// Sources that waited for the call give now.
    mutating func startSources() {
        for index in sources.indices where sources[index].state == .waiting { sources[index].state = .running }
    }

    init(ssrc: UInt32, using random: inout some RandomNumberGenerator) {
        sender = RTPSender(
            ssrc: ssrc, firstSequence: SequenceNumber(rawValue: random.next()), firstTimestamp: random.next(),
            payloadType: OpusPayload.payloadType)
    }
}

/// What the network saw of one call's audio.
struct NetworkCounts {
    var received = 0
    var lost = 0
    var bytesSent = 0
    var bytesReceived = 0
    var pathKind: String?
    var roundTrip: Duration?

    static func + (one: NetworkCounts, other: NetworkCounts) -> NetworkCounts {
        NetworkCounts(
            received: one.received + other.received, lost: one.lost + other.lost,
            bytesSent: one.bytesSent + other.bytesSent, bytesReceived: one.bytesReceived + other.bytesReceived,
            pathKind: other.pathKind ?? one.pathKind, roundTrip: other.roundTrip ?? one.roundTrip)
    }
}

/// A call that has ended, with all that its closing object tells.
struct CallEnding {
    let summary: CallSummary
    let counts: NetworkCounts
    var report: MediaReport
    var packetsSent: Int
}
