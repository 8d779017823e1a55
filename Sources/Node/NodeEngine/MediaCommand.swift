public import Basics
public import Mesh

/// What the media engine is asked to do for one call. Codecs and files are no business of the node.
public enum MediaCommand: Sendable {
    /// Open these sources and sinks, read and play nothing, then say `mediaPrepared` or `mediaRefused`. Descriptors that
    /// the URIs name by number came with the request line `line`; nil: the daemon opens the files itself.
    case prepare(CallID, sources: [String], sinks: [String], line: RequestLine?)
    /// Media may flow with `peer`: the sources start with the first participant. `fileName` is for folders of sinks.
    case join(CallID, PeerID, fileName: String)
    /// Media with `peer` stops now.
    case leave(CallID, PeerID)
    /// What we send is silence from now on, or no longer.
    case mute(CallID, Bool)
    /// So many packets of a hundred that we send are lost: the copies in them are made for that.
    case expectLoss(CallID, percent: Int)
    /// Their source pauses or runs: silence after a pause is not loss.
    case sourceOf(CallID, PeerID, isRunning: Bool)
    /// Open one more source for a call that goes on.
    case addSource(CallID, String, line: RequestLine?)
    /// Stop everything of the call, finish the files, then say `mediaStopped`.
    case stop(CallID)
}

/// Names a line of a client, with which descriptors may have come.
public struct RequestLine: Hashable, Sendable {
    /// The number of the line, unique within a boot.
    public let number: UInt64

    /// The line with this number.
    public init(number: UInt64) { self.number = number }
}

/// What the media engine knows about one call: counted since its start, for `call.stats` and the closing object.
public struct MediaReport: Equatable, Sendable {
    /// Frames encoded and handed over for sending.
    public var framesSent = 0
    /// Bytes of encoded audio sent, without any header.
    public var payloadByteCount = 0
    /// Frames decoded from what came.
    public var framesDecoded = 0
    /// Frames made again from the redundancy of a later packet.
    public var framesRecovered = 0
    /// Time that was made up while the other side's source ran.
    public var concealed: Duration = .zero
    /// Frames that came too late to be played.
    public var framesLate = 0
    /// How long a frame waits from its arrival to its playing, now.
    public var delay: Duration = .zero
    /// Loudness of what is played, in dB below full scale; nil when nothing is.
    public var level: Double?

    /// Nothing yet.
    public init() {}
}

/// A media packet of a participant, opened and allowed: its payload is still in the datagram it came in.
public struct ReceivedMedia: Sendable {
    /// Which call.
    public let call: CallID
    /// Who sent it.
    public let peer: PeerID
    /// The RTP header's fields that playout needs.
    public let ssrc: UInt32, sequence: SequenceNumber, timestamp: UInt32
    /// Where the payload stands in the datagram.
    public let payload: Range<Int>
}
