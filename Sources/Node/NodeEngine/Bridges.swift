internal import Basics
internal import Mesh
internal import Paths
internal import Transport
internal import Trust

/// Where the words of one machine become those of another.
extension CallID {
    /// What a permit for this call is bound to.
    var scope: PermitScope { .call(number) }
}

extension Gate.Permit {
    /// What the permit is bound to.
    var scope: PermitScope { call.scope }

    /// Whose packets it is for.
    var way: PermitDirection {
        switch direction {
        case .receiving: .receiving
        case .sending: .sending
        }
    }
}

extension PathEnds {
    /// What kind of path a handshake makes that came this way. `addressKind`: how datagrams between addresses go.
    func kind(_ addressKind: PathKind) -> PathKind {
        switch self {
        case .addresses: addressKind
        case .agent: .host
        case .route: .signal
        }
    }

    /// The far end, for people.
    var text: String {
        switch self {
        case .addresses(_, let remote): remote.description
        case .agent: "ICE"
        case .route: "signalling"
        }
    }
}
