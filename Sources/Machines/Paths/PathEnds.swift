public import Basics

/// Between what two ends a path leads: what makes it this path and no other.
public enum PathEnds: Hashable, Sendable {
    /// A pair of addresses. `local` may be the unspecified address of a listener that hears on all.
    case addresses(local: SocketAddress, remote: SocketAddress)
    /// The pair of an ICE agent.
    case agent(ICEAgentID)
    /// A route of signalling, by the number that its owner gave it.
    case route(UInt32)

    /// Whether these are those ends of which only the far one was known: the kernel chose the near one.
    func complete(_ open: PathEnds) -> Bool {
        guard case .addresses(_, let remote) = self, case .addresses(let local, remote) = open else { return false }
        return local.ip.isUnspecified
    }
}
