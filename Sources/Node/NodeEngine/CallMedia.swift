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
    /// The sources, in the order in which they were given.
    var sources: [Source] = []
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

        let uri: String
        var state: State
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
