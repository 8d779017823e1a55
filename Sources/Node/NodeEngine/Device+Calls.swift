internal import Basics
internal import Calling
internal import ControlAPI
internal import Crypto
internal import Journal
internal import Mesh
internal import Transport
internal import Trust

/// Calls: what the switchboard wants is done here.
extension Device {
    /// Carries on with every call; true when something happened.
    mutating func pollSwitchboard(_ context: inout Context) -> Bool {
        var isBusy = false
        while let output = switchboard.poll() {
            isBusy = true
            handle(output, &context)
        }
        return isBusy
    }

    private mutating func handle(_ output: CallOutput, _ context: inout Context) {
        switch output {
        case .reach(let peer): reach(peer, &context)
        case .send(let message, let peer):
            guard let link = liveLink(to: peer) else { return }
            send(message.fields, on: link, &context)
        case .record(let act): record(.call(act), then: .call(act), &context)
        case .note(let act):
            if act.act == .ring { note(.offered(act), &context) }
            note(.call(act), &context)
        case .dialled(let call, let peer): dialled(call, peer, &context)
        case .joined(let call, let peer): joined(call, peer, &context)
        case .left(let call, let peer): left(call, peer, &context)
        case .report(let event): tell(event, &context)
        case .ended(let summary): ended(summary, &context)
        }
    }

    /// How sure we are of who `peer` is.
    func level(of peer: PeerID) -> IdentityLevel { contacts[peer] == nil ? .unknown : .pinned }

    /// The link with a session to one of the devices of `peer`: the one heard last. Allocates nothing.
    func liveLink(to peer: PeerID) -> Link? {
        var live: Link?
        for link in links.values where link.peer == peer && link.session != nil {
            guard let other = live, link.lastHeard ?? .zero < other.lastHeard ?? .zero else {
                live = link
                continue
            }
        }
        return live
    }

    // MARK: Media may flow, or may no longer

    /// The call is in the journal: it exists, and we may be heard answering it.
    private mutating func dialled(_ call: CallID, _ peer: PeerID, _ context: inout Context) {
        apply(gate.dialled(call, peer, level: level(of: peer)), &context)
        context.events.append(.call(.callOutgoing, call, peer, ["name": .string(name(of: peer))]))
        guard let request = waiting.starts.removeValue(forKey: call) else { return }
        context.answers.append((request, .success(["call": .text(call)])))
    }

    private mutating func joined(_ call: CallID, _ peer: PeerID, _ context: inout Context) {
        apply(gate.joined(call, peer, level: level(of: peer)), &context)
        bind(call, peer, &context)
        context.emit(.media(.join(call, peer, fileName: Self.fileName(of: peer))))
        for kind in switchboard.calls[call]?.muted.sorted() ?? [] { context.emit(.media(.mute(call, kind, true))) }
        let now = context.now
        media.update(call) { $0.nextTick = $0.nextTick ?? now + Self.tickInterval }
        tellRoundTrip(to: peer, in: call, &context)
        if let local = local(call) {
            journal.answered(local, byPerson: media[call]?.isAnsweredByPerson != false, at: context.now)
        }
        journal.signCheckpoint()
    }

    private mutating func left(_ call: CallID, _ peer: PeerID, _ context: inout Context) {
        apply(gate.left(call, peer), &context)
        for link in links.values where link.peer == peer {
            let counts = counts(of: call, on: link)
            media.update(call) { $0.counted = $0.counted + counts }
            link.incoming.removeAll { $0.call == call }
        }
        media[call]?.video?.remove(peer)
        if media.contains(call) { context.emit(.media(.leave(call, peer))) }
    }

    /// Permits are opened and closed where sealing looks for them: in the endpoint's sessions.
    mutating func apply(_ outputs: [Gate.Output], _ context: inout Context) {
        for output in outputs {
            switch output {
            case .open(let permit):
                for link in links.values where link.peer == permit.peer { open(permit, on: link) }
            case .close(let permit):
                for link in links.values where link.peer == permit.peer {
                    guard let session = link.session else { continue }
                    endpoint.close(permit.permitClass, in: permit.scope, permit.way, on: session)
                }
            }
        }
    }

    /// A session that was made anew in the middle of a call gets the permits that the gate still holds open.
    mutating func openAgain(_ link: Link, _ context: inout Context) {
        guard let peer = link.peer else { return }
        for permit in gate.permits(with: peer) { open(permit, on: link) }
        for call in switchboard.calls.values where call.participants[peer]?.isConnected == true {
            bind(call.id, peer, &context)
        }
    }

    mutating func open(_ permit: Gate.Permit, on link: Link) {
        guard let session = link.session else { return }
        let grant = PermitGrant(decidedByTrust: permit.permitClass, scope: permit.scope, direction: permit.way)
        // The table is bounded; without the permit nothing is sealed, and that is counted.
        try? endpoint.open(grant, on: session)
    }

    /// File names never show who somebody is.
    private static func fileName(of peer: PeerID) -> String {
        String(peer.key.withBytes { SHA256.hash($0) }.description.prefix(16))
    }

    // MARK: Endings

    private mutating func ended(_ summary: CallSummary, _ context: inout Context) {
        let call = summary.call.id
        journal.signCheckpoint()
        if let local = local(call) { journal.forgetKeys(of: local) }
        guard media.contains(call) else { return closeBooks(ending(summary, nil), &context) }
        let ending = ending(summary, media[call])
        media.update(call) { $0.ending = ending }
        context.emit(.media(.stop(call)))
    }

    private func ending(_ summary: CallSummary, _ media: CallMedia?) -> CallEnding {
        CallEnding(
            summary: summary, counts: counts(of: summary.call), report: media?.report ?? MediaReport(),
            sent: media?.sent ?? SentCounts(), series: media?.series ?? CallSeries())
    }

    /// Media has stopped and counted: the call's closing object can be told.
    mutating func mediaStopped(_ call: CallID, _ report: MediaReport, _ context: inout Context) {
        guard var ending = media.removeValue(forKey: call)?.ending else { return }
        ending.report = report
        closeBooks(ending, &context)
    }
}
