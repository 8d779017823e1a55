internal import Basics
internal import Calling
internal import Mesh
internal import RTP

/// The media of one call while it lives: what we send, and what the engine says of it.
struct CallMedia {
    /// Numbers and stamps the sound that we send: one stream for all participants.
    var sender: RTPSender
    /// The newest frame of our sound on the source's clock, and when it was due.
    var newest: MediaMoment?
    /// The picture that we send, from its first frame on.
    var video: OutgoingVideo?
    /// Whether the engine has opened the sources and sinks.
    var isReady = false
    /// Kinds of which a source of ours runs.
    var running: Set<MediaKind> = []
    /// Whether somebody wished for the call: false when the configuration answers it.
    var isAnsweredByPerson = true
    /// When the first audio of a participant went on its way to the sinks.
    var started: Instant?
    /// Whether a picture of a participant was shown.
    var hasShownPicture = false
    /// When figures are next taken and reports sent; nil before media may flow.
    var nextTick: Instant?
    /// How it went so far.
    var series = CallSeries()
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
        /// What it gives; nil while a pipe has not told.
        var kind: MediaKind?
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
    mutating func add(source number: Int, _ uri: String, _ kind: MediaKind?, _ state: Source.State) {
        sources.append(Source(number: number, uri: uri, kind: kind, state: state))
        guard sources.count > Self.rememberedSources, let ended = sources.firstIndex(where: { $0.state == .ended })
        else { return }
        sources.remove(at: ended)
    }

    /// It is known what a source gives.
    mutating func note(source number: Int, gives kind: MediaKind?) {
        for index in sources.indices where sources[index].number == number { sources[index].kind = kind }
    }

    /// A source has no more to give. What it gave is answered.
    mutating func end(source number: Int) -> MediaKind? {
        var kind: MediaKind?
        for index in sources.indices where sources[index].number == number {
            sources[index].state = .ended
            kind = sources[index].kind
        }
        return kind
    }

    /// Sources that waited for the call give now.
    mutating func startSources(of kind: MediaKind) {
        for index in sources.indices where sources[index].state == .waiting && sources[index].kind ?? kind == kind {
            sources[index].state = .running
        }
    }

    /// What was sent so far.
    var sent: SentCounts {
        let pictures = video?.sent ?? (packets: 0, repairs: 0)
        return SentCounts(audioPackets: packetsSent, videoPackets: pictures.packets, videoRepairs: pictures.repairs)
    }

    /// The media of a call in which we may send `streams`.
    init(_ streams: [MediaDescription], using random: inout some RandomNumberGenerator) {
        guard let sound = streams.first(where: { $0.kind == .audio }) else {
            preconditionFailure("every call has sound")
        }
        sender = RTPSender(
            ssrc: sound.ssrc, firstSequence: SequenceNumber(rawValue: random.next()), firstTimestamp: random.next(),
            payloadType: OpusPayload.payloadType)
    }
}

/// What the network saw of one call: of its sound, and all bytes.
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

/// What we sent in a call: packets of sound, frames and packets of pictures.
struct SentCounts {
    var audioPackets = 0
    var videoPackets = 0
    /// Packets of pictures that were sent again.
    var videoRepairs = 0
}

/// A call that has ended, with all that its closing object tells.
struct CallEnding {
    let summary: CallSummary
    let counts: NetworkCounts
    var report: MediaReport
    let sent: SentCounts
    let series: CallSeries
}
