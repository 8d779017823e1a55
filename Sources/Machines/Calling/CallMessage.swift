public import Mesh

/// A message about one call, on the reliable control stream of the session with a participant (PROTOCOL §2).
public struct CallMessage: Equatable, Sendable {
    /// What it says.
    public enum Body: Equatable, Sendable {
        /// Be called: for at most `lifetime`, with the caller's media, whose receiving permit is open (PROTOCOL §3).
        case offer(lifetime: Duration, media: [MediaDescription])
        /// The callee's people are being told.
        case ringing
        /// The callee answers: its media, its receiving permit is open.
        case accept(media: [MediaDescription])
        /// The callee ends the offer: declined, busy or refused.
        case reject(EndCause)
        /// The sender leaves the call.
        case end(EndCause)
        /// The sender mutes or unmutes what it sends of one kind.
        case mute(MediaKind, Bool)
        /// The sender's source of one kind starts or stops: silence after a stop is not loss.
        case source(MediaKind, isRunning: Bool)

        /// What its sender is told when there is no such call; nil: nothing, since it does not wait for anything.
        var causeWithoutCall: EndCause? {
            switch self {
            case .ringing, .accept: .hangup
            case .mute, .source: .peerVanished
            case .offer, .reject, .end: nil
            }
        }
    }

    /// The call's identifier on the wire.
    public var call: CallID
    /// What it says about the call.
    public var body: Body

    /// A message about `call`.
    public init(call: CallID, _ body: Body) {
        self.call = call
        self.body = body
    }
}
