public import Mesh

/// What the switchboard wants done, in this order.
public enum CallOutput: Sendable {
    /// Get a confirmed session with `peer`, then say `reached`; or `unreachable`.
    case reach(PeerID)
    /// Say this on the control stream of the session with `peer`.
    case send(CallMessage, to: PeerID)
    /// Journal this *before* the act it allows; then say `recorded`, or `recordFailed`.
    case record(CallRecord)
    /// Journal this; the act has happened.
    case note(CallRecord)
    /// The caller side may open its receiving permit for `peer`: the offer is about to go out.
    case dialled(CallID, PeerID)
    /// Media may flow with `peer`: both sides want the call and it is in the journal.
    case joined(CallID, PeerID)
    /// Media with `peer` stops now.
    case left(CallID, PeerID)
    /// Front ends should know.
    case report(CallEvent)
    /// Nobody is in the call any more. It is forgotten after this.
    case ended(CallSummary)
}

/// An act of a call, for the journal (`notes` §2.6, group call).
public struct CallRecord: Equatable, Sendable {
    /// What happened.
    public enum Act: Equatable, Sendable {
        /// We are about to call.
        case invite
        /// Their offer rings here.
        case ring
        /// We are about to let media flow.
        case join
        /// They, or we, left, after media could flow between us for this long.
        case leave(EndCause, duration: Duration)
        /// Their offer was turned away without ringing.
        case refused(EndCause)
        /// The call is over.
        case end(EndCause, duration: Duration)
    }

    /// What happened.
    public let act: Act
    /// The call, by its identifier on this machine.
    public let call: CallID
    /// The call, by the identifier that the participants share.
    public let wireID: CallID
    /// With whom.
    public let peer: PeerID
}

/// Something about a call that front ends are told.
public enum CallEvent: Equatable, Sendable {
    /// A call rings here.
    case incoming(CallID, PeerID)
    /// Our call rings there.
    case ringing(CallID, PeerID)
    /// Media may flow.
    case connected(CallID, PeerID)
    /// Somebody, or we (nil), muted or unmuted.
    case muted(CallID, PeerID?, MediaKind, Bool)
    /// Their source started or stopped.
    case source(CallID, PeerID, MediaKind, isRunning: Bool)
    /// Somebody left a call that goes on.
    case participantLeft(CallID, PeerID, EndCause)
    /// A call came and did not ring: busy, or too many unanswered.
    case turnedAway(PeerID, EndCause)
}
