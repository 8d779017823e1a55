public import Basics
public import Paths

/// Where a datagram goes.
public enum DatagramEnds: Equatable, Sendable {
    /// To an address, from one of ours; nil: the kernel chooses.
    case addresses(local: IPAddress?, remote: SocketAddress)
    /// Through an ICE agent, between its pair.
    case agent(ICEAgentID)

    /// nil for ends that no datagram leads between.
    init?(_ ends: PathEnds) {
        switch ends {
        case .addresses(let local, let remote):
            self = .addresses(local: local.ip.isUnspecified ? nil : local.ip, remote: remote)
        case .agent(let agent): self = .agent(agent)
        case .route: return nil
        }
    }
}
