/// What the node wants of an ICE agent.
public enum ICECommand: Equatable, Sendable {
    /// Make an agent with one stream and one component, and gather candidates with trickle (RFC 8838).
    case open(ICEAgentID, isControlling: Bool, local: ICECredentials, policy: ICEPolicy)
    /// The other side's credentials: checks may begin.
    case connect(ICEAgentID, remote: ICECredentials)
    /// Candidates of the other side, which have passed the filter.
    case add(ICEAgentID, [ICECandidate])
    /// Close it; nothing is told of it any more.
    case close(ICEAgentID)
}

/// Which candidates are used: `ice.policy` of the configuration.
public enum ICEPolicy: String, Sendable, CaseIterable {
    /// All.
    case all
    /// Relays only: the other side never learns our addresses.
    case relay
}
