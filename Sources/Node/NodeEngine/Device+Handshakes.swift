internal import Basics
internal import Calling
internal import ControlAPI
internal import Crypto
internal import Journal
internal import Mesh
internal import Paths
internal import Streams
internal import Transport

/// Who gets a session with us, and how we get one with others (PROTOCOL §2).
extension Device {
    /// How long an attempt of ours may take.
    static var attemptDuration: Duration { .seconds(15) }
    /// A session on which nothing was heard for this long may be dead: a call is not trusted to it alone.
    static var freshness: Duration { .seconds(2) }

    // MARK: Ours

    /// Makes sure that there is a live, confirmed session with one of the devices of `peer`.
    mutating func reach(_ peer: PeerID, _ context: inout Context) {
        guard let contact = contacts[peer] else { return switchboard.unreachable(peer, at: context.now) }
        if hasFreshSession(with: peer, at: context.now) { return switchboard.reached(peer, at: context.now) }
        var isTried = false
        for device in contact.devices.values {
            let link = link(to: device.noiseStatic, &context)
            link.peer = peer
            isTried = begin(link, at: device.addresses, &context) || isTried
        }
        if !isTried { switchboard.unreachable(peer, at: context.now) }
    }

    private func hasFreshSession(with peer: PeerID, at now: Instant) -> Bool {
        links.values.contains { $0.peer == peer && isFresh($0, at: now) }
    }

    /// Whether something was heard on a session of this link just now.
    func isFresh(_ link: Link, at now: Instant) -> Bool {
        guard link.session != nil, let heard = link.lastHeard else { return false }
        return now - heard < Self.freshness
    }

    mutating func link(to remote: Bytes32, _ context: inout Context) -> Link {
        if let link = links[remote] { return link }
        let link = Link(remote: remote, side: .initiator, at: context.now)
        links[remote] = link
        return link
    }

    /// Begins a handshake with the device of `link`; true when one is under way.
    mutating func begin(
        _ link: Link, at addresses: [SocketAddress], accepting acceptance: Link.Acceptance? = nil,
        isUrgent: Bool = true, _ context: inout Context
    ) -> Bool {
        if let attempt = link.attempt {
            // An invite is a reason of its own: an attempt without it leads nowhere where we are no contact yet. And
            // nobody waits for one that takes its time.
            let isReason =
                acceptance.map { $0.code.id != attempt.acceptance?.code.id } ?? (isUrgent && !attempt.isUrgent)
            guard isReason else { return true }
            endpoint.cancel(attempt.handshake, at: context.now)
            link.attempt = nil
        }
        guard !addresses.isEmpty || !introducers(for: link.remote).isEmpty else { return false }
        let pairing = contacts.owner(ofDevice: link.remote)?.devices[link.remote]?.pairing
        var selectors = PSKSelectors()
        selectors.invite = acceptance?.code.id
        selectors.usesPairing = acceptance == nil && pairing != nil
        let resumption = acceptance == nil ? endpoint.resumption(with: link.remote) : nil
        selectors.resume = resumption?.bytes
        let secrets = SharedSecrets(
            pairing: selectors.usesPairing ? pairing?.bytes.copy() : nil,
            invite: acceptance?.secret.invitePreSharedKey())
        let payload = offerPayload(selectors, &context)
        guard
            let handshake = try? endpoint.initiate(
                to: link.remote, payload: payload, sharing: secrets, resuming: resumption,
                retry: isUrgent ? .call : .steady, at: context.now, using: &context.random)
        else { return false }
        link.attempt = Link.Attempt(
            handshake: handshake, addresses: addresses, deadline: context.now + Self.attemptDuration,
            acceptance: acceptance, began: context.now, isUrgent: isUrgent)
        return true
    }

    mutating func offerPayload(_ selectors: PSKSelectors, _ context: inout Context) -> [UInt8] {
        let stamp = TAI64N.next(at: context.moment.wall, after: lastStamp)
        lastStamp = stamp
        changes.append(.put(namespace: Table.own, key: Table.lastStampKey, value: stamp.bytes))
        return HandshakeOffer(
            certificate: certificate.encoded, stamp: stamp.bytes, selectors: selectors, lifetime: .seconds(60),
            name: Redacted(shownName)
        ).encoded(paddedTo: Endpoint.initiationPayloadByteCount)
    }

    /// Message 1 goes out, or out again: to every address that we know of.
    mutating func sendInitiation(_ handshake: HandshakeID, _ context: inout Context) {
        guard let link = links.values.first(where: { $0.attempt?.handshake == handshake }) else { return }
        for address in link.attempt?.addresses ?? [] {
            let ends = PathEnds.addresses(local: Settings.anyAddress(like: address), remote: address)
            guard let bytes = endpoint.initiation(handshake, on: .address(address, port: settings.port)) else {
                continue
            }
            context.send(bytes, to: ends)
        }
        askIntroducers(for: link, handshake, &context)
    }

    /// Message 2 came: the session stands on our side when its certificate is the one that we expect.
    mutating func established(_ establishment: Establishment, _ context: inout Context) {
        if case .session = establishment.route { return renewed(establishment, context) }
        guard let link = links.values.first(where: { $0.attempt?.handshake == establishment.handshake }),
            let attempt = link.attempt, let ends = currentEnds
        else { return endpoint.close(establishment.session, at: context.now) }
        link.attempt = nil
        guard let answer = HandshakeAnswer(decoding: establishment.payload),
            let certificate = try? Certificate(verifying: answer.certificate, at: context.moment.wall),
            certificate.noiseStatic == link.remote, isExpected(certificate.peer, on: link, attempt)
        else {
            endpoint.close(establishment.session, at: context.now)
            return failed(link, attempt, &context)
        }
        link.peer = certificate.peer
        adopt(
            establishment.session, on: link, side: .initiator, isNew: !establishment.isContinuation, ends,
            since: attempt.began, &context)
        if let acceptance = attempt.acceptance {
            beginPairing(link, name: answer.name, invite: acceptance.code.id, &context)
        }
        sessionUp(link, isNew: !establishment.isContinuation, &context)
    }

    /// The session has a new key, made through itself: it goes on as it was, with whom it was.
    private mutating func renewed(_ establishment: Establishment, _ context: borrowing Context) {
        guard let link = sessions[establishment.session], let answer = HandshakeAnswer(decoding: establishment.payload),
            let certificate = try? Certificate(verifying: answer.certificate, at: context.moment.wall),
            certificate.noiseStatic == link.remote, certificate.peer == link.peer
        else { return endpoint.close(establishment.session, at: context.now) }
    }

    private func isExpected(_ peer: PeerID, on link: Link, _ attempt: Link.Attempt) -> Bool {
        if let acceptance = attempt.acceptance { return acceptance.code.peer == peer }
        return contacts.owner(ofDevice: link.remote)?.peer == peer
    }

    /// An attempt came to nothing.
    mutating func failed(_ link: Link, _ attempt: Link.Attempt, _ context: inout Context) {
        link.attempt = nil
        if attempt.acceptance != nil { return acceptanceFailed(link, ControlError(.unreachable), &context) }
        guard let peer = link.peer, !hasFreshSession(with: peer, at: context.now) else { return }
        switchboard.unreachable(peer, at: context.now)
    }

    func hasSession(with peer: PeerID) -> Bool { links.values.contains { $0.peer == peer && $0.session != nil } }

    /// A session was thought to be dead, and an attempt began; but its peer is heard again. Calls need not wait for the
    /// outcome.
    mutating func heardMeanwhile(_ link: Link, _ context: borrowing Context) {
        guard let attempt = link.attempt, attempt.acceptance == nil, let peer = link.peer else { return }
        switchboard.reached(peer, at: context.now)
    }

    // MARK: Theirs

    /// A valid message 1 came. Who is neither a contact nor holds an invite gets silence (PROTOCOL §2).
    mutating func initiated(_ initiation: ReceivedInitiation, _ context: inout Context) {
        guard let accepted = judge(initiation, &context) else { return endpoint.ignore(initiation.token) }
        let answer = HandshakeAnswer(certificate: certificate.encoded, name: Redacted(shownName)).encoded
        let isFresh = accepted.stamp.isFresh(after: stamps[initiation.peer])
        guard
            let response = try? endpoint.respond(
                to: initiation.token, payload: answer, sharing: accepted.secrets, resuming: accepted.resumption,
                isFresh: isFresh, at: context.now, using: &context.random)
        else { return }
        let link = link(to: initiation.peer, &context)
        guard response.session != link.session else { return }  // a rekey of the session that the link has
        link.unconfirmed = Link.Unconfirmed(
            session: response.session, isContinuation: response.isContinuation, certificate: accepted.certificate,
            name: accepted.name, stamp: accepted.stamp, invite: accepted.invite, ends: accepted.ends,
            answered: context.now)
        sessions[response.session] = link
    }

    private struct Accepted: ~Copyable {
        let certificate: Certificate
        let name: Redacted<String>
        let stamp: TAI64N
        let secrets: SharedSecrets
        let resumption: ResumeTag?
        let invite: UInt64?
        let ends: PathEnds
    }

    private mutating func judge(_ initiation: ReceivedInitiation, _ context: inout Context) -> Accepted? {
        guard let ends = ends(of: initiation),
            let offer = HandshakeOffer(decoding: initiation.payload),
            let stamp = TAI64N(offer.stamp.rawSpan),
            let certificate = try? Certificate(verifying: offer.certificate, at: context.moment.wall),
            certificate.noiseStatic == initiation.peer
        else { return stranger("invalid", &context) }
        let resumption = offer.selectors.resume.flatMap { ResumeTag($0) }
        let known = contacts[certificate.peer]
        if known?.isBlocked == true { return stranger("blocked", &context) }
        if let id = offer.selectors.invite {
            guard let secret = use(invite: id, by: initiation.peer, &context) else {
                return stranger("invite", &context)
            }
            return Accepted(
                certificate: certificate, name: offer.name, stamp: stamp,
                secrets: SharedSecrets(invite: secret.invitePreSharedKey()),
                resumption: nil, invite: id, ends: ends)
        }
        guard let known else { return stranger("unknown", &context) }
        guard admits(initiation.peer, of: known, at: context.now) else {
            context.drops.count(.tooManyDevices)
            return nil
        }
        let pairing = known.devices[initiation.peer]?.pairing
        // Where a pairing secret is on file, its absence is refused; and one that we do not have cannot be mixed in.
        guard offer.selectors.usesPairing == (pairing != nil) else { return stranger("invalid", &context) }
        return Accepted(
            certificate: certificate, name: offer.name, stamp: stamp,
            secrets: SharedSecrets(pairing: pairing?.bytes.copy()),
            resumption: resumption, invite: nil, ends: ends)
    }

    /// Whether a device is one of those that a contact was paired with, or that it may have beside them.
    private func admits(_ device: Bytes32, of contact: Contact, at now: Instant) -> Bool {
        contact.devices.contains(device) || stamps.admits(device, of: contact.peer, at: now)
    }

    /// Between what ends a handshake goes that began with a message 1.
    private func ends(of initiation: ReceivedInitiation) -> PathEnds? {
        switch initiation.route {
        case .address, .introducer: ends(of: initiation.route)
        case .session: links[initiation.peer]?.ends
        }
    }

    private mutating func stranger(_ act: JournalWord, _ context: inout Context) -> Accepted? {
        context.drops.count(.stranger)
        journal.countStranger(act, at: context.now)
        return nil
    }

    /// The peer sealed a packet under its session: it is real, and so is the peer.
    mutating func confirm(_ link: Link, _ session: SessionID, _ context: inout Context) {
        guard let pending = link.unconfirmed, pending.session == session else { return }
        link.unconfirmed = nil
        guard welcome(pending, on: link, &context) else {
            // Others were first since it was answered.
            context.drops.count(.tooManyDevices)
            sessions[session] = nil
            endpoint.close(session, at: context.now)
            return forgetIfIdle(link)
        }
        link.peer = pending.certificate.peer
        let known = stamps.confirm(
            link.remote, of: pending.certificate.peer, pending.stamp, at: context.moment.wall)
        changes.append(.put(namespace: Table.stamps, key: link.remote.array, value: known.encoded))
        adopt(
            session, on: link, side: .responder, isNew: !pending.isContinuation, pending.ends,
            since: pending.answered, &context)
        if let invite = pending.invite { beginPairing(link, name: pending.name, invite: invite, &context) }
        sessionUp(link, isNew: !pending.isContinuation, &context)
    }

    /// A device of a contact that comes without an invite and was never here is entered, as long as there may be one more.
    private mutating func welcome(_ pending: Link.Unconfirmed, on link: Link, _ context: inout Context) -> Bool {
        let peer = pending.certificate.peer, device = link.remote
        guard pending.invite == nil else { return true }
        guard let contact = contacts[peer] else { return false }
        if contact.devices.contains(device) || stamps.isKnown(device, of: peer) { return true }
        guard stamps.admits(device, of: peer, at: context.now) else { return false }
        let forgotten = stamps.admit(peer, at: context.now) { contact.devices.contains($0) }
        changes += forgotten.map { .delete(namespace: Table.stamps, key: $0.array) }
        note(.keySeen(contact, device: device), &context)
        return true
    }

    // MARK: Both

    /// The link uses `session` from now on. A continued chain keeps its streams; a new session begins them anew.
    private mutating func adopt(
        _ session: SessionID, on link: Link, side: Side, isNew: Bool, _ ends: PathEnds, since sent: Instant,
        _ context: inout Context
    ) {
        if let old = link.session, old != session { sessions[old] = nil }
        link.session = session
        sessions[session] = link
        link.lastHeard = context.now
        if isNew {
            link.delivery = Delivery(side: side)
            link.paths = PathTable(isControlling: side == .initiator, addressKind: settings.addressKind)
            endICE(of: link, &context)
            link.ice = ICENegotiation(isControlling: side == .initiator, policy: settings.icePolicy)
            forgetIncoming(of: link)
            introductionsEnd(with: link, &context)
        }
        if link.paths.all.allSatisfy({ $0.ends != ends }) {
            // The handshake went both ways over these ends.
            let path = link.paths.add(
                ends.kind(settings.addressKind), ends, isProven: true, at: context.now, using: &context.random)
            // Without a retry the time between the two messages is a round trip.
            let roundTrip = context.now - sent
            if let path, roundTrip < .milliseconds(150) { link.delivery.seedRoundTrip(roundTrip, of: path) }
        }
        link.paths.handshakeCompleted()
        considerICE(of: link, &context)
    }

    /// A confirmed session stands: calls that wait for it go on.
    private mutating func sessionUp(_ link: Link, isNew: Bool, _ context: inout Context) {
        guard let peer = link.peer else { return }
        if isNew {
            resumePairing(link, &context)
            openAgain(link, &context)
            switchboard.sessionRenewed(peer)
        }
        guard let contact = contacts[peer] else { return }
        tellPresence(of: peer, &context)
        registrations.sessionUp(with: link.remote)
        if isNew { note(.cipherSuite(contact), &context) }
        switchboard.reached(peer, at: context.now)
        pingOnce(&context)
    }

    /// Tells of a contact that came, or has gone.
    mutating func tellPresence(of peer: PeerID, _ context: inout Context) {
        let isOnline = hasSession(with: peer)
        guard let contact = contacts[peer], isOnline != online.contains(peer) else { return }
        if isOnline { online.insert(peer) } else { online.remove(peer) }
        context.events.append(.contact(isOnline ? .contactOnline : .contactOffline, contact))
    }

    /// What is under way with the device of `link` leads nowhere any more.
    mutating func abandonHandshakes(of link: Link, _ context: inout Context) {
        if let attempt = link.attempt {
            link.attempt = nil
            endpoint.cancel(attempt.handshake, at: context.now)
            if attempt.acceptance != nil { acceptanceFailed(link, ControlError(.unreachable), &context) }
        }
        if let session = link.unconfirmed?.session {
            link.unconfirmed = nil
            sessions[session] = nil
            endpoint.close(session, at: context.now)
        }
    }

    /// Ends the session of `link` and forgets the link.
    mutating func drop(_ link: Link, because reason: CloseReason, _ context: inout Context) {
        if let session = link.session {
            sessions[session] = nil
            endpoint.close(session, at: context.now)
        }
        lost(link, &context)
    }

    /// Forgets a link that leads nowhere and is on its way nowhere: anybody may begin one, and not confirm it.
    mutating func forgetIfIdle(_ link: Link) {
        if link.session == nil, link.attempt == nil, link.unconfirmed == nil, links[link.remote] === link {
            links.removeValue(forKey: link.remote)
        }
    }

    /// The session of `link` is gone: what went over it ends, unless the peer has another.
    mutating func lost(_ link: Link, _ context: inout Context) {
        link.session = nil
        endICE(of: link, &context)
        introductionsEnd(with: link, &context)
        forgetIfIdle(link)
        guard let peer = link.peer, !hasSession(with: peer) else { return }
        tellPresence(of: peer, &context)
        if link.attempt == nil { switchboard.unreachable(peer, at: context.now) }
    }
}
