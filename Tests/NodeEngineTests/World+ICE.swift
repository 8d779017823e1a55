import Basics
import NodeEngine
import Paths

/// An ICE agent of the virtual world: it has one candidate, and connects to the agent that knows its credentials when the
/// world has a pair for the two.
struct ModelAgent {
    let local: ICECredentials
    let isControlling: Bool
    var remote: ICECredentials?
    var candidates: [ICECandidate] = []
    /// The other end, once they are connected.
    var partner: (machine: Int, agent: ICEAgentID)?
}

extension World {
    func carryOut(_ command: ICECommand, of index: Int) {
        switch command {
        case .open(let agent, let isControlling, let local, let policy):
            policies.insert(policy)
            machines[index].agents[agent] = ModelAgent(local: local, isControlling: isControlling)
            guard
                let candidate = ICECandidate(
                    foundation: "1", priority: 1, kind: .serverReflexive, address: publicAddress(of: index, agent))
            else { return }
            tell(.candidate(candidate), of: agent, on: index, after: delay)
            tell(.gathered, of: agent, on: index, after: delay)
        case .connect(let agent, let remote):
            machines[index].agents[agent]?.remote = remote
            connect(agent, of: index)
        case .add(let agent, let candidates):
            machines[index].agents[agent]?.candidates += candidates
            connect(agent, of: index)
        case .close(let agent):
            let partner = machines[index].agents.removeValue(forKey: agent)?.partner
            guard let partner else { return }
            // Consent ends (RFC 7675).
            tell(.failed, of: partner.agent, on: partner.machine, after: .seconds(10))
        }
    }

    /// Every packet between agents is lost from now on: their consent ends after ten seconds.
    func breakAgents() {
        for index in machines.indices {
            for (agent, state) in machines[index].agents where state.partner != nil {
                machines[index].agents[agent]?.partner = nil
                tell(.failed, of: agent, on: index, after: .seconds(10))
            }
        }
    }

    func transmit(_ packet: [UInt8], through agent: ICEAgentID, of index: Int) {
        guard let partner = machines[index].agents[agent]?.partner, !loses(packet) else { return }
        schedule(.packet(packet, machine: partner.machine, partner.agent), after: delay)
    }

    /// Two that know each other's credentials and candidates connect, and both are told.
    private func connect(_ agent: ICEAgentID, of index: Int) {
        guard let own = machines[index].agents[agent], own.partner == nil, !own.candidates.isEmpty else { return }
        for other in machines.indices where other != index {
            for (peer, theirs) in machines[other].agents
            where theirs.remote == own.local && own.remote == theirs.local && !theirs.candidates.isEmpty {
                guard let kinds = pairs(min(index, other), max(index, other)), own.isControlling != theirs.isControlling
                else { return }
                let (one, two) = index < other ? kinds : (kinds.1, kinds.0)
                machines[index].agents[agent]?.partner = (other, peer)
                machines[other].agents[peer]?.partner = (index, agent)
                let ends = (publicAddress(of: index, agent), publicAddress(of: other, peer))
                tell(
                    .selected(ICEPair(local: one, remote: two, localAddress: ends.0, remoteAddress: ends.1)), of: agent,
                    on: index, after: delay * 4)
                tell(
                    .selected(ICEPair(local: two, remote: one, localAddress: ends.1, remoteAddress: ends.0)), of: peer,
                    on: other, after: delay * 4)
            }
        }
    }

    private func publicAddress(of index: Int, _ agent: ICEAgentID) -> SocketAddress {
        SocketAddress(
            IPAddress(v4: 0xCB00_7101 + UInt32(index)), port: UInt16(truncatingIfNeeded: 50_000 + agent.rawValue))
    }

    private func tell(_ event: ICEEvent, of agent: ICEAgentID, on index: Int, after delay: Duration) {
        schedule(.agent(index, agent, event), after: delay)
    }
}
