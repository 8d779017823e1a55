internal import Basics
internal import Calling
internal import Mesh
internal import Paths

/// ICE agents, as paths under sessions (PROTOCOL §4).
extension Device {
    /// How long a call may be without any path.
    private static var pathPatience: Duration { .seconds(15) }

    /// A name for an agent that may be made.
    mutating func freshAgent() -> ICEAgentID {
        defer { nextAgent &+= 1 }
        return ICEAgentID(rawValue: nextAgent)
    }

    /// An agent has something to tell.
    mutating func handle(_ event: ICEEvent, of agent: ICEAgentID, _ context: inout Context) {
        guard let link = links.values.first(where: { $0.ice.has(agent) }) else { return }
        link.ice.handle(event, of: agent, at: context.now)
        considerICE(of: link, &context)
    }

    /// The other side tells of its agent.
    mutating func handle(_ description: ICEDescription, on link: Link, _ context: inout Context) {
        guard link.session != nil else { return }
        // Through a relay all are elsewhere, though they may have theirs where we have ours.
        let isSameMachine =
            settings.icePolicy == .all
            && link.activeAddress.map { address in
                address.ip.isLoopback || settings.ownAddresses.contains { $0.ip == address.ip }
            } ?? false
        let filter = CandidateFilter(
            trust: .confirmed, isSameMachine: isSameMachine, servers: context.servers.addresses)
        link.ice.handle(description, filter: filter, fresh: freshAgent(), at: context.now, using: &context.random)
    }

    /// Carries on with the agents of a link; true when something happened.
    mutating func pollICE(of link: Link, _ context: inout Context) -> Bool {
        var isBusy = false
        while let output = link.ice.poll() {
            isBusy = true
            switch output {
            case .command(let command): context.emit(.ice(command))
            case .say(let description):
                if link.session != nil { send(description.fields, on: link, &context) }
            case .connected(let agent, let pair, let relay):
                connected(agent, pair, PathKind(pair, relay: relay), on: link, &context)
            case .disconnected(let agent):
                if let path = link.paths.path(between: .agent(agent)) { link.paths.remove(path) }
            }
        }
        return isBusy
    }

    /// ICE has proved the pair: packets pass both ways.
    private mutating func connected(
        _ agent: ICEAgentID, _ pair: ICEPair, _ kind: PathKind, on link: Link, _ context: inout Context
    ) {
        let path =
            link.paths.path(between: .agent(agent))
            ?? link.paths.add(kind, .agent(agent), isProven: true, at: context.now, using: &context.random)
        if let path { link.paths.use(pair, as: kind, on: path) }
        considerICE(of: link, &context)
    }

    /// Whether an agent is needed: when no path carries data, or the one that does is in doubt while people talk.
    mutating func considerICE(of link: Link, _ context: inout Context) {
        guard link.session != nil else { return }
        let active = link.paths.active.flatMap { link.paths.info($0) }
        switch active?.state {
        case .up:
            link.pathlessSince = nil
            if case .agent? = active?.ends { link.ice.keep() } else { link.ice.settle(at: context.now) }
        case .doubtful:
            link.pathlessSince = nil
            guard let peer = link.peer, isInCall(with: peer) else { return }
            wantICE(for: link, &context)
        case .validating, nil:
            link.pathlessSince = hasCall(over: link) ? link.pathlessSince ?? context.now : nil
            wantICE(for: link, &context)
        }
    }

    /// Agents need somebody on the other side, and a way to tell of them. What nobody hears would only keep the session.
    private mutating func wantICE(for link: Link, _ context: inout Context) {
        guard let heard = link.lastHeard, context.now - heard < Self.pathPatience, link.paths.activeForControl != nil
        else { return link.ice.keep() }
        link.ice.want(freshAgent(), at: context.now, using: &context.random)
    }

    /// When a call without a path is given up.
    func pathDeadline(of link: Link) -> Instant? {
        guard let since = link.pathlessSince, link.session != nil, hasCall(over: link) else { return nil }
        return since + Self.pathPatience
    }

    /// What is wrong with our servers where that may be why we do not reach `peer`: the two have a session, so that it was
    /// there, or a relay is our only way to anybody.
    func complaint(aboutPathTo peer: PeerID?, _ context: borrowing Context) -> String? {
        guard let peer, liveLink(to: peer) != nil || settings.icePolicy == .relay else { return nil }
        return context.servers.complaint
    }

    private func hasCall(over link: Link) -> Bool {
        guard let peer = link.peer else { return false }
        return switchboard.calls.values.contains { $0.participants[peer]?.isEnded == false }
    }

    /// The session is gone, and with it what its agents were for.
    mutating func endICE(of link: Link, _ context: inout Context) {
        link.ice.end()
        _ = pollICE(of: link, &context)
        link.pathlessSince = nil
    }
}
