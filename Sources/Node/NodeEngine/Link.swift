internal import Basics
internal import Mesh
internal import Paths
internal import RTP
internal import Streams
internal import Transport

/// Everything about one remote device: the session with it, its paths and its streams.
///
/// A class so that it is changed where it lies, packet by packet; the node alone holds it, on one thread.
final class Link {
    /// The device's Noise static key.
    let remote: Bytes32
    /// Whose device it is, as its certificate says; known from the first handshake on.
    var peer: PeerID?

    /// The confirmed session: the one to seal under.
    var session: SessionID?
    /// The session that the peer began and has not confirmed yet.
    var unconfirmed: Unconfirmed?
    /// Our own attempt to get a session.
    var attempt: Attempt?

    /// The paths of the session.
    var paths: PathTable
    /// The streams of the session.
    var delivery: Delivery
    /// The ICE agents that look for paths of the session.
    var ice: ICENegotiation
    /// Since when a call has had no path but that of signalling; nil while there is one, or no call.
    var pathlessSince: Instant?
    /// Receiving permits that are open for streams. Control always is.
    var receivable: PermitClasses = [PermitClasses(.control)]

    /// When the last packet of theirs was opened.
    var lastHeard: Instant?
    /// By when something must be heard of what we sent; nil when nothing is outstanding.
    var answerDue: Instant?
    /// The becoming of contacts by invite, while it goes on.
    var pairing: Pairing?
    /// The invite of ours that the peer uses.
    var invite: UInt64?
    /// When the accepting of an invite is given up.
    var acceptanceDeadline: Instant?
    /// SSRCs bound to calls, with the statistics of what came.
    var incoming: [IncomingMedia] = []
    /// Datagram bytes sent and received since the link was made.
    var byteCounts = (sent: 0, received: 0)

    /// Where the session's packets come from and go to.
    var ends: PathEnds? { paths.active.flatMap { paths.info($0)?.ends } }

    /// The address at the far end of the active path; before there is one, of any.
    var activeAddress: SocketAddress? {
        guard case .addresses(_, let remote)? = ends ?? paths.all.first?.ends else { return nil }
        return remote
    }

    init(remote: Bytes32, side: Side, at now: Instant) {
        self.remote = remote
        paths = PathTable(isControlling: side == .initiator)
        delivery = Delivery(side: side)
        ice = ICENegotiation(isControlling: side == .initiator, policy: .all)
    }

    /// A session that waits for the peer's first transport packet.
    struct Unconfirmed {
        let session: SessionID
        let isContinuation: Bool
        let certificate: Certificate
        let name: Redacted<String>
        let stamp: TAI64N
        let invite: UInt64?
        let ends: PathEnds
        /// When message 2 went out.
        let answered: Instant
    }

    /// One attempt of ours: message 1 goes to all of `addresses`.
    struct Attempt {
        let handshake: HandshakeID
        var addresses: [SocketAddress]
        /// When it is given up; the peer then counts as unreachable.
        let deadline: Instant
        /// The invite of theirs that we accept, when it is for that.
        let acceptance: Acceptance?
        /// When it began.
        let began: Instant
        /// Whether somebody waits for it.
        let isUrgent: Bool
        /// Introducers that were asked, and when.
        var asked: [Bytes32: Instant] = [:]
    }

    /// What an invite code told us, while we accept it.
    struct Acceptance {
        let code: InviteCode
        let secret: SharedSecret
    }

    /// One stream of media that the peer sends us in a call.
    struct IncomingMedia {
        let ssrc: UInt32
        let kind: ReceivedMedia.Kind
        /// The call, by our own identifier and by the one on the wire.
        let call: CallID
        let scope: PermitScope
        /// The link's byte counts when the stream was bound.
        let before: (sent: Int, received: Int)
        var statistics = ReceptionStatistics()
    }
}
