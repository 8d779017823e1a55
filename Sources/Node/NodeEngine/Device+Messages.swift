internal import Basics
internal import Calling
internal import ControlAPI
internal import Mesh
internal import Paths
internal import Streams
internal import Transport

/// What arrives on the control stream of a session, and what the paths and streams of a link want.
extension Device {
    /// Carries on with every link; true when something happened.
    mutating func pollLinks(_ context: inout Context) -> Bool {
        var isBusy = false
        for link in links.values {
            while let event = link.delivery.streams.poll() {
                handle(event, on: link, &context)
                isBusy = true
            }
            while let output = link.paths.poll() {
                handle(output, on: link, &context)
                isBusy = true
            }
            isBusy = pollICE(of: link, &context) || isBusy
        }
        return isBusy
    }

    private mutating func handle(_ event: StreamEvent, on link: Link, _ context: inout Context) {
        switch event {
        case .message(_, let bytes):
            guard let fields = try? CBORValue(decoding: bytes).map else {
                return context.drops.count(.malformedMessage)
            }
            handle(fields, on: link, &context)
        case .opened(let stream):
            // No use has been agreed for streams yet: whoever opens one is told to stop.
            context.drops.count(.refusedStream)
            try? link.delivery.streams.stop(stream, code: 0)
            try? link.delivery.streams.reset(stream, code: 0)
        case .refused: context.drops.count(.refusedStream)
        case .readable, .writable, .finished, .reset, .stopped, .canSend, .canOpen: break
        }
    }

    private mutating func handle(_ fields: CBORMap, on link: Link, _ context: inout Context) {
        guard link.session != nil else { return }  // a message before this one ended it
        if let message = CallMessage(fields) {
            guard let peer = link.peer, let contact = contacts[peer], !contact.isBlocked else { return }
            take(message, from: contact, &context)
        } else if let message = SessionMessage(fields) {
            handle(message, on: link, &context)
        } else if let message = Introduction(fields) {
            handle(message, on: link, &context)
        } else if let description = ICEDescription(fields) {
            handle(description, on: link, &context)
        }  // a type of a later version: ignored (PROTOCOL §1)
    }

    /// A message about a call. An offer that comes while we open the media of a call of our own to the same person becomes
    /// that call: what is prepared for it is the answer.
    private mutating func take(_ message: CallMessage, from contact: Contact, _ context: inout Context) {
        let peer = contact.peer
        guard !isFlooding(message, peer, &context) else { return switchboard.refuse(message, from: peer) }
        let prepared = waiting.start(to: peer)
        switchboard.received(
            message, from: peer, fresh: CallID(using: &context.random), instead: prepared?.call,
            media: prepared?.media ?? .streams(using: &context.random), at: context.now)
        guard let prepared, switchboard.calls.contains(prepared.call) else { return }
        waiting.preparations[prepared.call] = .answer(prepared.request, kinds: prepared.media.kinds)
    }

    /// Whether a message is one offer more than the contact may cause (SECURITY, "Strangers and floods").
    private mutating func isFlooding(_ message: CallMessage, _ peer: PeerID, _ context: inout Context) -> Bool {
        guard case .offer = message.body, switchboard.call(onWire: message.call, with: peer) == nil,
            waiting.start(to: peer) == nil
        else { return false }
        return isFlooded(by: peer, &context)
    }

    private mutating func handle(_ message: SessionMessage, on link: Link, _ context: inout Context) {
        switch message {
        case .paired: paired(link, isAcknowledgement: false, &context)
        case .pairedAcknowledged: paired(link, isAcknowledgement: true, &context)
        case .rekeyInitiation(let bytes), .rekeyResponse(let bytes):
            guard let session = link.session else { return }
            endpoint.handle(bytes.rawSpan, from: .session(session), at: context.now, using: &context.random)
        case .goodbye: drop(link, because: .requested, &context)
        }
    }

    /// Says something on the control stream of `link`; it arrives once, in order, or the session ends.
    mutating func send(_ fields: CBORMap, on link: Link, _ context: inout Context) {
        let bytes = CBORValue.map(fields).encoded
        do {
            _ = try link.delivery.streams.send(message: bytes.rawSpan)
            link.answerDue = link.answerDue ?? context.now + Self.patience
        } catch {
            // Thousands of messages that the peer does not take: there is no peer any more, or a hostile one.
            context.log(.warning, "a session is closed: its control stream is full")
            drop(link, because: .requested, &context)
        }
    }

    /// How long a control message may stay without any sign of the peer before we begin a new handshake: the peer may
    /// have lost the session (a crash), and cannot say so.
    private static var patience: Duration { .milliseconds(400) }

    private mutating func handle(_ output: PathOutput, on link: Link, _ context: inout Context) {
        switch output {
        case .transmit(let message, let path):
            _ = seal(on: link, path: path, as: .control, kind: .path, &context) { message.write(into: &$0) }
        case .up(let path): pathUp(path, on: link, &context)
        case .down(let path, _):
            link.delivery.abandon(path)
            considerICE(of: link, &context)
        case .changed(let old, let new): pathChanged(from: old, to: new, on: link, &context)
        case .pong(let ping, let path, let roundTrip): pinged(ping, (roundTrip, path), on: link, &context)
        case .pingTimedOut(let ping, _): pinged(ping, nil, on: link, &context)
        }
    }

    /// A path is proved: where it leads is where to find the contact next time.
    private mutating func pathUp(_ path: PathID, on link: Link, _ context: inout Context) {
        considerICE(of: link, &context)
        guard let info = link.paths.info(path), case .addresses(_, let remote) = info.ends, let peer = link.peer,
            var contact = contacts[peer], var device = contact.devices[link.remote]
        else { return }
        device.learned(remote)
        guard device.addresses != contact.devices[link.remote]?.addresses else { return }
        contact.devices[link.remote] = device
        _ = contacts.put(contact)
        changes.append(.put(namespace: Table.contacts, key: peer.key.array, value: contact.encoded))
    }

    private mutating func pathChanged(from old: PathID?, to new: PathID?, on link: Link, _ context: inout Context) {
        guard let new, let info = link.paths.info(new), let peer = link.peer else { return }
        guard let contact = contacts[peer] else { return }
        for call in switchboard.calls.values where call.participants[peer]?.isConnected == true {
            note(
                .path(
                    kind: info.kind.rawValue, isFirst: old == nil, roundTrip: info.roundTrip, remote: info.ends.text,
                    call.id, contact), &context)
            let path: JSONValue = JSONValue(members: [
                "kind": .string(info.kind.rawValue), "rtt_ms": info.roundTrip.map { .milliseconds($0) },
            ])
            context.events.append(.call(.callPathChanged, call.id, peer, ["path": path]))
        }
    }
}
