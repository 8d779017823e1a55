public import Basics
public import Calling
public import Mesh
public import RTP

/// What the media engine is asked to do for one call. Codecs and files are no business of the node.
public enum MediaCommand: Sendable {
    /// Open these sources and sinks for a call that may carry `kinds`, read and play nothing, then say `prepared` or
    /// `refused`. Descriptors that the URIs name by number came with the request line `line`; nil: the daemon opens the
    /// files itself.
    case prepare(CallID, kinds: Set<MediaKind>, sources: [String], sinks: [String], line: RequestLine?)
    /// Media may flow with `peer`: the sources start with the first participant. `fileName` is for folders of sinks.
    case join(CallID, PeerID, fileName: String)
    /// Media with `peer` stops now.
    case leave(CallID, PeerID)
    /// What we send of a kind is silence from now on, or no picture; or no longer.
    case mute(CallID, MediaKind, Bool)
    /// So many packets of a hundred that we send are lost: the copies in them are made for that.
    case expectLoss(CallID, percent: Int)
    /// Their source pauses or runs: silence after a pause is not loss.
    case sourceOf(CallID, PeerID, MediaKind, isRunning: Bool)
    /// Somebody needs a key frame of us.
    case keyFrame(CallID)
    /// The reports of one compound: which moments of their sound and picture were one.
    case reported(CallID, PeerID, sound: SenderReport?, picture: SenderReport?)
    /// How long a request to `peer` and its answer take.
    case roundTrip(CallID, PeerID, Duration)
    /// Say `measured` with what is counted now.
    case measure(CallID)
    /// Open one more source for a call that goes on.
    case addSource(CallID, String, line: RequestLine?)
    /// Stop everything of the call, finish the files, then say `stopped`.
    case stop(CallID)
}

/// Names a line of a client, with which descriptors may have come.
public struct RequestLine: Hashable, Sendable {
    /// The number of the line, unique within a boot.
    public let number: UInt64

    /// The line with this number.
    public init(number: UInt64) { self.number = number }
}

/// A media packet of a participant, opened and allowed: its payload is still in the datagram it came in.
public struct ReceivedMedia: Sendable {
    /// What it carries.
    public enum Kind: Sendable {
        case sound
        case picture
        /// A packet of a picture that comes again: number, payload and all else are those of the original.
        case repairedPicture
    }

    /// What it carries.
    public let kind: Kind
    /// Which call.
    public let call: CallID
    /// Who sent it.
    public let peer: PeerID
    /// The RTP header's fields that playout needs.
    public let ssrc: UInt32, sequence: SequenceNumber, timestamp: UInt32, isMarked: Bool
    /// Where the payload stands in the datagram.
    public let payload: Range<Int>
}
