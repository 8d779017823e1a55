internal import Basics
internal import ControlAPI
internal import Crypto
internal import Journal
internal import Mesh
internal import Paths
internal import Transport
internal import Trust

/// First contact by invite (PROTOCOL §2): two devices store each other and say so.
extension Device {
    // MARK: The inviter

    /// A message 1 names an invite of ours; nil when it may not be used.
    mutating func use(invite id: UInt64, by device: Bytes32, _ context: inout Context) -> SharedSecret? {
        switch invites.use(id, by: device, at: context.moment.wall) {
        case .granted(let secret):
            storeInvite(id)
            return secret
        case .unknown: return nil
        case .alarm:
            // Once: a message 1 costs its sender little, and shows nothing of who sends it.
            guard alarms.insert(id).inserted else { return nil }
            note(.inviteFailed("used_again"), &context)
            context.events.append(.invite(.inviteReused, id))
            return nil
        }
    }

    /// Puts the invite, as it is now, among the changes to store.
    mutating func storeInvite(_ id: UInt64) {
        let key = Table.key(id)
        changes.append(
            invites.invites[id].map { .put(namespace: Table.invites, key: key, value: $0.encoded) }
                ?? .delete(namespace: Table.invites, key: key))
    }

    // MARK: Both

    /// A session that an invite made stands: the other becomes a contact, first in the journal, then in the store. A device
    /// that we have already, since it began before and came to no end, is no news to the journal: only its pairing secret is new.
    mutating func beginPairing(_ link: Link, name: Redacted<String>, invite: UInt64, _ context: inout Context) {
        guard let peer = link.peer, let session = link.session else { return }
        link.pairing = Pairing()
        link.invite = invite
        let device = ContactDevice(
            noiseStatic: link.remote, pairing: takePairingSecret(of: session),
            addresses: link.activeAddress.map { [$0] } ?? [])
        if pairing.update(link.remote, { $0.device = device }) != nil {
            guard pairing[link.remote]?.isRecorded == true else { return }  // the entry is on its way
            return contactRecorded(link.remote)
        }
        let known = contacts[peer]
        let addition = ContactAddition(contact: known ?? newContact(peer, name.value, &context), device: device)
        guard contacts.hasRoom(for: addition.contact(beside: known)) else {
            return acceptanceFailed(
                link, ControlError(.storageFailed, "there are as many contacts as there may be"), &context)
        }
        pairing[link.remote] = addition
        guard known?.devices[link.remote] == nil else { return contactRecorded(link.remote) }
        record(.contactAdd(addition.contact), then: .contactRecorded(link.remote), &context)
        guard pairing.contains(link.remote) else { return }  // the journal takes none: there is no contact
        note(.keySeen(addition.contact, device: link.remote), &context)
        if known == nil {
            note(.level(addition.contact, before: .unknown, after: .pinned, method: "invite"), &context)
        }
    }

    private mutating func takePairingSecret(of session: SessionID) -> SharedSecret? {
        guard let secret = endpoint.takePairingSecret(of: session) else { return nil }
        return SharedSecret(secret)
    }

    private func newContact(_ peer: PeerID, _ name: String, _ context: inout Context) -> Contact {
        let device = ContactDevice(noiseStatic: .zero, pairing: nil, addresses: [])
        var contact = Contact(
            peer: peer, name: contacts.uniqueName(name, for: peer), device: device, added: context.moment.wall,
            subject: SubjectID(using: &context.random).description)
        contact.devices.removeAll()
        return contact
    }

    /// The contact is in the journal: now it is stored, and may be used when that is done.
    mutating func contactRecorded(_ remote: Bytes32) {
        let contact = pairing.update(remote) { addition in
            addition.isRecorded = true
            addition.writeCount += 1
            return addition.contact(beside: contacts[addition.contact.peer])
        }
        guard let contact else { return }
        changes.append(.put(namespace: Table.contacts, key: contact.peer.key.array, value: contact.encoded))
        waitingForChanges.append(.contactStored(remote))
    }

    /// The contact is stored: we know each other, and say so. The session may be gone meanwhile; the contact stays.
    mutating func contactStored(_ remote: Bytes32, _ context: inout Context) {
        pairing.update(remote) { $0.writeCount -= 1 }
        guard let addition = pairing[remote], addition.writeCount == 0 else { return }  // a newer secret is on its way
        pairing.removeValue(forKey: remote)
        let known = contacts[addition.contact.peer], contact = addition.contact(beside: known)
        let link = links[remote]
        guard contacts.put(contact) else {
            guard let link else { return }
            return acceptanceFailed(
                link, ControlError(.storageFailed, "there are as many contacts as there may be"), &context)
        }
        if known?.devices[remote] == nil { context.events.append(.contact(.contactAdded, contact)) }
        tellPresence(of: contact.peer, &context)
        if let link { carryOut(link.pairing?.stored() ?? [], on: link, &context) }
    }

    /// The contact could not be recorded or stored: there is none.
    mutating func contactRefused(_ remote: Bytes32, _ failure: ControlError, _ context: inout Context) {
        let writeCount = pairing.update(remote) { addition in
            addition.writeCount -= 1
            return addition.writeCount
        }
        guard writeCount ?? 0 <= 0 else { return }  // a newer secret is on its way
        pairing.removeValue(forKey: remote)
        if let link = links[remote] { acceptanceFailed(link, failure, &context) }
    }

    /// A message of the pairing came.
    mutating func paired(_ link: Link, isAcknowledgement: Bool, _ context: inout Context) {
        let actions = isAcknowledgement ? link.pairing?.acknowledged() : link.pairing?.heard()
        carryOut(actions ?? [], on: link, &context)
    }

    /// The session was made anew while the two were pairing.
    mutating func resumePairing(_ link: Link, _ context: inout Context) {
        carryOut(link.pairing?.sessionRenewed() ?? [], on: link, &context)
    }

    private mutating func carryOut(_ actions: [Pairing.Action], on link: Link, _ context: inout Context) {
        for action in actions {
            switch action {
            case .send(let message): send(message.fields, on: link, &context)
            case .complete: acceptanceDone(link, &context)
            case .burn:
                guard let invite = link.invite, invites.invites[invite] != nil else { break }
                invites.burn(invite)
                storeInvite(invite)
                if let contact = link.peer.flatMap({ contacts[$0] }) { note(.inviteUsed(contact), &context) }
                context.events.append(.invite(.inviteUsed, invite, ["peer": .text(link.peer)]))
            }
        }
    }

    // MARK: The invited

    /// Accepts an invite: goes to where the code says, with its secret.
    mutating func accept(
        _ code: InviteCode, for request: ControlRequest, _ context: inout Context
    ) throws(ControlError) {
        guard code.peer != identity.peer else { throw ControlError(.inviteInvalid, "this is an invite of your own") }
        guard context.moment.wall < code.expiry else { throw .inviteExpired }
        guard contacts[code.peer]?.isBlocked != true else { throw ControlError(.blocked) }
        guard waiting.acceptances[code.noiseStatic] == nil else {
            throw ControlError(.conflict, "an invite of this device is being accepted already")
        }
        let link = link(to: code.noiseStatic, &context)
        let secret = SharedSecret(SecretBytes(copying: code.secret.value.rawSpan))
        waiting.acceptances[code.noiseStatic] = request
        link.pairing = nil
        let isBegun = begin(
            link, at: usable(code.addresses, context.servers.addresses),
            accepting: Link.Acceptance(code: code, secret: secret), &context)
        guard isBegun else {
            waiting.acceptances[code.noiseStatic] = nil
            throw ControlError(.unreachable)
        }
        let patience = request.parameters.millisecondsIfPresent("timeout_ms") ?? Self.attemptDuration
        link.acceptanceDeadline = context.now + patience
    }

    /// The addresses of a code that may be tried (PROTOCOL §4): whoever wrote it must not make us knock at others' doors.
    private func usable(_ addresses: [SocketAddress], _ servers: [SocketAddress]) -> [SocketAddress] {
        let filter = CandidateFilter(
            trust: .contact, isSameMachine: addresses.allSatisfy { $0.ip.isLoopback }, servers: servers)
        return filter.judge(addresses).filter { $0.verdict == .accepted }.map(\.candidate)
    }

    /// Both sides have each other: whoever waits for it is told.
    private mutating func acceptanceDone(_ link: Link, _ context: inout Context) {
        registrations.changed()
        link.acceptanceDeadline = nil
        guard let request = waiting.acceptances.removeValue(forKey: link.remote), let peer = link.peer,
            let contact = contacts[peer]
        else { return }
        context.answers.append((request, .success(json(of: contact))))
    }

    /// The inviter could not be reached, or is not who the code says.
    mutating func acceptanceFailed(_ link: Link, _ failure: ControlError, _ context: inout Context) {
        link.acceptanceDeadline = nil
        link.pairing = nil
        guard let request = waiting.acceptances.removeValue(forKey: link.remote) else { return }
        context.answers.append((request, .failure(failure)))
    }
}
