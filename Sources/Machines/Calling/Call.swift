public import Basics
public import Mesh

/// One call: two participants now, many later. It ends when the last participant's part has ended.
public struct Call: Sendable {
    /// Who began it.
    public enum Direction: Hashable, Sendable { case outgoing, incoming }

    /// The identifier on this machine: what front ends and the journal see.
    public let id: CallID
    /// The identifier that the participants share. It changes when two offers cross and theirs wins.
    public internal(set) var wireID: CallID
    /// Who began it.
    public let direction: Direction
    /// What we may send, and the SSRCs of each stream.
    public internal(set) var media: [MediaDescription]
    /// The others, in the order of their ids.
    public internal(set) var participants: OrderedMap<PeerID, Participant>
    /// When it began: when we were asked to call, or when the offer came.
    public let began: Instant
    /// When media could first flow with anybody; nil before.
    public internal(set) var connected: Instant?
    /// Kinds that we have muted.
    public internal(set) var muted: Set<MediaKind> = []
    /// Kinds whose source runs on our side.
    var running: Set<MediaKind> = []

    /// What the two of us may send each other.
    public func kinds(with peer: PeerID) -> Set<MediaKind> {
        media.kinds.intersection(participants[peer]?.media.kinds ?? [])
    }

    /// Whether the two of us may send each other media of a kind. Allocates nothing.
    public func carries(_ kind: MediaKind, with peer: PeerID) -> Bool {
        media.contains { $0.kind == kind } && participants[peer]?.media.contains { $0.kind == kind } == true
    }

    /// What the others are told of what we send of a kind.
    func state(of kind: MediaKind) -> [CallMessage.Body] {
        media.contains { $0.kind == kind }
            ? [.mute(kind, muted.contains(kind)), .source(kind, isRunning: running.contains(kind))] : []
    }

    /// Whether every part of it is over.
    public var isEnded: Bool { participants.values.allSatisfy(\.isEnded) }

    /// Where the call as a whole is, in a word of the control protocol: the furthest that any participant got.
    public var stateName: String {
        let names = participants.values.map { participant in
            switch participant.state {
            case .connected: "connected"
            case .recordingJoin, .crossed, .recordingAnswer: "answering"
            case .ringingHere: "incoming"
            case .ringingThere: "ringing"
            case .offered: "offered"
            case .reaching, .recordingOffer: "connecting"
            case .ended: "ended"
            }
        }
        let order = ["connected", "answering", "incoming", "ringing", "offered", "connecting", "ended"]
        return order.first { names.contains($0) } ?? "ended"
    }
}

/// What remains of a call when it has ended.
public struct CallSummary: Sendable {
    /// The call as it was at its end.
    public let call: Call
    /// Why it ended: the cause of the participant who was last in it.
    public let cause: EndCause
    /// When it ended.
    public let ended: Instant

    /// How long media could flow.
    public var duration: Duration { call.connected.map { ended - $0 } ?? .zero }
    /// How long it took from the beginning until media could flow; nil when it never could.
    public var setup: Duration? { call.connected.map { $0 - call.began } }
}
