public import Basics
public import Mesh

/// One other person's part in a call.
public struct Participant: Sendable {
    /// Where the two of us are. Only `connected` carries media.
    public enum State: Equatable, Sendable {
        /// Our offer waits for its journal entry.
        case recordingOffer
        /// No confirmed session yet; the offer goes out when there is one.
        case reaching
        /// The offer is with them.
        case offered
        /// It rings there.
        case ringingThere
        /// They accepted; our entry into the call waits for its journal entry.
        case recordingJoin
        /// Their offer came while our own waited for its journal entry; the answer to theirs is journalled next.
        case crossed
        /// It rings here.
        case ringingHere
        /// We answered; the answer waits for its journal entry.
        case recordingAnswer
        /// Media may flow.
        case connected(since: Instant)
        /// It is over.
        case ended(EndCause)
    }

    /// Who.
    public let peer: PeerID
    /// Where the two of us are.
    public internal(set) var state: State
    /// What they may send, once they have said so.
    public internal(set) var media: [MediaDescription] = []
    /// Kinds that they have muted.
    public internal(set) var muted: Set<MediaKind> = []
    /// Kinds whose source runs on their side.
    public internal(set) var running: Set<MediaKind> = []

    /// Kinds of which our front ends were told last that they are muted.
    var toldMuted: Set<MediaKind> = []
    /// How often front ends are told of it: a peer may change its mind as fast as it likes, and how it stands in the end is told
    /// in any case.
    var muteNews = TokenBucket(TokenBucket.Size(rate: 2, burst: 4), at: .zero)
    /// When front ends are told next of what has changed; nil when they know it all.
    var muteNewsDue: Instant? { isHeard && muted != toldMuted ? muteNews.nextToken : nil }

    /// When the state is given up; nil for as long as it takes.
    var deadline: Instant?

    init(peer: PeerID, state: State, deadline: Instant?) {
        self.peer = peer
        self.state = state
        self.deadline = deadline
    }

    /// Whether it is over.
    public var isEnded: Bool { if case .ended = state { true } else { false } }
    /// How long media could flow with them until `now`.
    func connected(until now: Instant) -> Duration {
        if case .connected(let since) = state { now - since } else { .zero }
    }
    /// Whether media may flow.
    public var isConnected: Bool { if case .connected = state { true } else { false } }
    /// Whether they are in the call: what they say of their media counts.
    var isHeard: Bool { isConnected || state == .recordingJoin }
    /// Whether our own call to them is still on its way: the state in which two offers can cross.
    var isDialling: Bool {
        switch state {
        case .recordingOffer, .reaching, .offered, .ringingThere: true
        case .recordingJoin, .crossed, .ringingHere, .recordingAnswer, .connected, .ended: false
        }
    }
}
