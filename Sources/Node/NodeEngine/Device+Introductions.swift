internal import Basics
internal import Crypto
internal import Journal
internal import Mesh
internal import Paths
internal import Transport

/// Mutual contacts carry the first packets of a session between two who cannot reach each other (PROTOCOL §4 `signal`, §6):
/// for us, and we for them.
extension Device {
    // MARK: For others

    /// Says what the introducer decided; true when there was something.
    mutating func pollIntroducer(_ context: inout Context) -> Bool {
        var isBusy = false
        while let output = introducer.poll() {
            isBusy = true
            guard let link = links[output.device], link.session != nil else { continue }
            send(output.message.fields, on: link, &context)
        }
        return isBusy
    }

    /// A message of introduction came: as the introducer's, or as that of one who asks or is asked for.
    mutating func handle(_ message: Introduction, on link: Link, _ context: inout Context) {
        guard isIntroducer(link) else { return }
        switch message {
        case .register(let tags):
            introducer.handle(message, from: link.remote, at: context.now)
            keep(link, isRegisteredWithUs: !tags.isEmpty, at: context.now)
        case .ask, .reply: introducer.handle(message, from: link.remote, at: context.now)
        case .asked(let circuit, let packet):
            take(packet, by: circuits.route(ofAsker: circuit, through: link.remote), &context)
        case .replied(let circuit, let packet):
            guard let route = circuits.route(ofOurs: circuit, through: link.remote) else { return }
            take(packet, by: route, &context)
        case .refused(let circuit, let refusal):
            guard let route = circuits.route(ofOurs: circuit, through: link.remote) else { return }
            refused(route, refusal, &context)
        }
    }

    /// A packet that an introducer carried. Media never comes so.
    private mutating func take(_ packet: [UInt8], by route: UInt32, _ context: inout Context) {
        var packet = packet
        var span = packet.mutableSpan
        var bytes = unsafe span.mutableBytes
        if receive(&bytes, from: .route(route), &context) != nil { context.drops.count(.closedMedia) }
    }

    /// The introducer leads nowhere: when none does and there is nowhere else to ask, whoever waits need not.
    private mutating func refused(_ route: UInt32, _ refusal: Introduction.Refusal, _ context: inout Context) {
        guard let circuit = circuits[route], let target = circuit.target else { return }
        forget([route])
        circuits.remove(route)
        guard refusal == .unknown, let link = links[target], let attempt = link.attempt, attempt.addresses.isEmpty
        else {
            return
        }
        let isHopeful = circuits.isOpen(to: target)
        guard !isHopeful else { return }
        endpoint.cancel(attempt.handshake, at: context.now)
        failed(link, attempt, &context)
    }

    // MARK: For us

    /// Whether a contact may introduce: everybody on our list whom we have not blocked, and who has us too.
    private func isIntroducer(_ link: Link) -> Bool {
        guard link.session != nil, link.pairing?.isComplete ?? true, let contact = link.peer.flatMap({ contacts[$0] })
        else { return false }
        return !contact.isBlocked
    }

    /// Who can be asked to lead us to `target`.
    func introducers(for target: Bytes32) -> [Link] {
        Array(links.values.filter { $0.remote != target && isIntroducer($0) }.prefix(Registrations.most))
    }

    /// After this time an introducer is asked again: whom we want may have come.
    private static var patienceWithIntroducers: Duration { .seconds(2) }

    /// Message 1 goes through every introducer. They are reliable, so that it need not go again soon.
    mutating func askIntroducers(for link: Link, _ handshake: HandshakeID, _ context: inout Context) {
        for introducer in introducers(for: link.remote) {
            if let asked = link.attempt?.asked[introducer.remote],
                context.now < asked + Self.patienceWithIntroducers
            {
                continue
            }
            ask(introducer, for: link, handshake, &context)
        }
    }

    private mutating func ask(
        _ introducer: Link, for link: Link, _ handshake: HandshakeID, _ context: inout Context
    ) {
        guard let tags = tags(of: link, with: introducer.remote, at: context.moment.wall),
            let packet = endpoint.initiation(handshake, on: .introducer(introducer.remote))
        else { return }
        link.attempt?.asked[introducer.remote] = context.now
        let route = circuits.route(to: link.remote, through: introducer.remote)
        guard let circuit = circuits[route.route] else { return }
        send(
            Introduction.ask(circuit: circuit.number, tags: tags, packet: packet).fields, on: introducer, &context)
    }

    /// The tags under which the device of `link` may be registered; nil when we share no secret with it.
    private func tags(of link: Link, with introducer: Bytes32, at wall: WallTime) -> [IntroductionTag]? {
        let hour = IntroductionTag.hour(at: wall)
        // Their clock may differ from ours.
        let hours = [hour, hour - 1, hour + 1]
        if let acceptance = link.attempt?.acceptance {
            return hours.map {
                IntroductionTag(
                    secret: acceptance.secret.inviteIntroductionKey(), introducer: introducer, registrar: link.remote,
                    hour: $0)
            }
        }
        guard let pairing = contacts.owner(ofDevice: link.remote)?.devices[link.remote]?.pairing else { return nil }
        return hours.map {
            IntroductionTag(secret: pairing.bytes, introducer: introducer, registrar: link.remote, hour: $0)
        }
    }

    /// Registers with those who can lead others to us, where that has changed.
    mutating func registerWithIntroducers(_ context: inout Context) {
        if changes.contains(where: \.isOfContactsOrInvites) { registrations.changed() }
        guard registrations.isDue, !isClosing else { return }
        let seconds = context.moment.wall.seconds
        registrations.begin(hourLeft: .seconds(3600 - (seconds % 3600 + 3600) % 3600), at: context.now)
        for link in links.values where isIntroducer(link) {
            let tags = ownTags(with: link, at: context.moment.wall)
            guard registrations.update(tags, with: link.remote) else { continue }
            send(Introduction.register(tags).fields, on: link, &context)
            keep(link, isRegisteredWithUs: introducer.hasRegistered(link.remote), at: context.now)
        }
    }

    /// The session stays while one of the two is registered with the other.
    private mutating func keep(_ link: Link, isRegisteredWithUs: Bool, at now: Instant) {
        guard let session = link.session else { return }
        endpoint.setRegistered(isRegisteredWithUs || registrations.contains(link.remote), session, at: now)
    }

    /// What we register with an introducer: a tag for each device of each other contact, and for each open invite.
    private func ownTags(with introducer: Link, at wall: WallTime) -> [IntroductionTag] {
        let hour = IntroductionTag.hour(at: wall), own = identity.noisePublic
        var tags: [IntroductionTag] = []
        for contact in contacts.contacts.values where contact.peer != introducer.peer && !contact.isBlocked {
            for device in contact.devices.values {
                guard let pairing = device.pairing else { continue }
                tags.append(
                    IntroductionTag(
                        secret: pairing.bytes, introducer: introducer.remote, registrar: own, hour: hour))
            }
        }
        for invite in invites.invites.values {
            guard let secret = invite.secret else { continue }
            tags.append(
                IntroductionTag(
                    secret: secret.inviteIntroductionKey(), introducer: introducer.remote, registrar: own, hour: hour))
        }
        return Array(tags.prefix(Introduction.mostTags))
    }

    /// When the registrations are next looked at; never while there is nobody to be led to us.
    var registrationDeadline: Instant? { hasUseForIntroducers ? registrations.nextTimeout : nil }

    private var hasUseForIntroducers: Bool {
        let count = contacts.contacts.count
        return count > 1 || count == 1 && invites.invites.values.contains { $0.secret != nil }
    }

    /// Tries to get a session with one contact more.
    mutating func seekIntroducer(_ context: inout Context) {
        guard hasUseForIntroducers else { return }
        let devices = contacts.contacts.values.filter { !$0.isBlocked }.flatMap { contact in
            contact.devices.values.filter { !$0.addresses.isEmpty }.map(\.noiseStatic)
        }
        let free = devices.filter { links[$0].map { $0.session == nil && $0.attempt == nil } ?? true }
        guard let device = registrations.choose(among: free, at: context.now),
            let contact = contacts.owner(ofDevice: device)
        else { return }
        let link = link(to: device, &context)
        link.peer = contact.peer
        _ = begin(link, at: contact.devices[device]?.addresses ?? [], isUrgent: false, &context)
    }

    // MARK: Routes

    /// Hands what waits for introducers to their sessions, and sends it.
    mutating func carrySignals(_ context: inout Context) {
        guard !context.signals.isEmpty else { return }
        while let route = context.signals.first {
            let packet = [UInt8](context.signals.firstPacket)
            context.signals.removeFirst()
            guard let circuit = circuits[route], let introducer = links[circuit.introducer],
                introducer.session != nil
            else { continue }
            let message: Introduction =
                circuit.target == nil
                ? .reply(circuit: circuit.number, packet: packet)
                : .ask(circuit: circuit.number, tags: [], packet: packet)
            send(message.fields, on: introducer, &context)
        }
        flush(&context)
    }

    /// The session with the device of `link` is gone or new: what was registered and carried over it is void.
    mutating func introductionsEnd(with link: Link, _ context: inout Context) {
        introducer.gone(link.remote)
        registrations.gone(link.remote)
        forget(circuits.gone(link.remote))
    }

    private func forget(_ routes: [UInt32]) {
        guard !routes.isEmpty else { return }
        for link in links.values {
            for path in link.paths.all {
                if case .route(let route) = path.ends, routes.contains(route) { link.paths.remove(path.id) }
            }
        }
    }
}
