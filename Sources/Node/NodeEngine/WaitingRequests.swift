internal import Basics
internal import Calling
internal import ControlAPI
internal import Mesh
internal import Paths

/// Requests that are answered when something has happened.
struct WaitingRequests {
    /// Invites being accepted, by the inviter's device.
    var acceptances = OrderedMap<Bytes32, ControlRequest>()
    /// Calls whose media is being opened.
    var preparations = OrderedMap<CallID, Preparation>()
    /// Calls being started: answered when their journal entry is stored.
    var starts = OrderedMap<CallID, ControlRequest>()
    /// Calls being answered: answered when connected.
    var answers = OrderedMap<CallID, ControlRequest>()
    /// Sources being added to a call, in the order asked.
    var addedSources: [(call: CallID, request: ControlRequest)] = []
    /// Pings on their way.
    var pings: [PingSeries] = []

    /// The import of an identity whose contacts are being entered.
    var takeover: Takeover?

    /// The call to `peer` alone whose media is being opened.
    func start(to peer: PeerID) -> (call: CallID, media: [MediaDescription], request: ControlRequest)? {
        for call in preparations.keys {
            if case .start([peer], let media, let request)? = preparations[call] { return (call, media, request) }
        }
        return nil
    }

    /// What happens when the media of a call is open.
    enum Preparation {
        case start(peers: [PeerID], media: [MediaDescription], ControlRequest)
        /// Nobody asked when the configuration answers.
        case answer(ControlRequest?, kinds: Set<MediaKind>)

        var request: ControlRequest? {
            switch self {
            case .start(_, _, let request): request
            case .answer(let request, _): request
            }
        }
    }
}

/// The contacts that an imported identity brings along, on their way into the journal.
struct Takeover {
    let request: ControlRequest
    var waiting: Int
    /// Why one of them could not be entered.
    var failure: ControlError?
}

/// A series of pings of one request: one after the other.
struct PingSeries {
    /// As many at most wait at once.
    static let most = 64

    let request: ControlRequest
    let peer: PeerID
    let count: Int
    let interval: Duration
    /// How long to wait for each.
    let patience: Duration
    /// When the next may go.
    var next: Instant
    /// When the series is given up.
    var deadline: Instant
    var sent = 0
    var answers: [(roundTrip: Duration, kind: String)] = []
    /// The ping on its way, and the device that it went to.
    var current: (id: PingID, link: Bytes32)?
}
