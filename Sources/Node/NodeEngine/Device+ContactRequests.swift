internal import Basics
internal import Calling
internal import ControlAPI
internal import Crypto
internal import Journal
internal import Mesh
internal import Paths
internal import Transport
internal import Trust

/// `contact.…` and `invite.…`.
extension Device {
    // MARK: Contacts

    /// The contact that a client means: by name or by peer id.
    func contact(_ text: String) throws(ControlError) -> Contact {
        do throws(GroupedText.Failure) {
            if let contact = try contacts.find(text) { return contact }
        } catch { throw .mistyped(error, text) }
        throw ControlError(
            .peerUnknown, "no contact is called so", subject: text, hint: "parley contact list shows who there is.")
    }

    func listContacts() -> JSONValue { ["contacts": .array(contacts.contacts.values.map { json(of: $0) })] }

    mutating func setContact(_ request: ControlRequest, _ context: inout Context) throws(ControlError) {
        var contact = try contact(request.parameters.text("peer"))
        let name = request.parameters.text("name")
        guard contacts.uniqueName(name, for: contact.peer) == name else {
            throw ControlError(.conflict, "another contact is called so", subject: name)
        }
        contact.name = name
        put(contact)
        note(.contactChange(contact), &context)
        context.events.append(
            NodeEvent(
                .contactChanged,
                [
                    "peer": .text(contact.peer), "name": .string(contact.name), "blocked": .bool(contact.isBlocked),
                ]))
        waitingForChanges.append(.done(request, json(of: contact)))
    }

    /// Blocking takes effect at once: calls end, the session goes, and the peer sees what an absent one looks like. To
    /// admit again waits for its entry in the journal.
    mutating func blockContact(_ request: ControlRequest, _ context: inout Context) throws(ControlError) {
        var contact = try contact(request.parameters.text("peer"))
        contact.isBlocked = request.parameters.boolIfPresent("blocked") ?? true
        guard contact.isBlocked else {
            return record(.contactBlock(contact), then: .admission(contact.peer, request), &context)
        }
        withdraw(contact.peer, &context)
        note(.contactBlock(contact), &context)
        waitingForChanges.append(.done(request, blockChanged(contact, &context)))
    }

    /// The entry is stored: who was blocked is admitted again.
    mutating func admit(_ peer: PeerID, for request: ControlRequest, _ context: inout Context) {
        guard var contact = contacts[peer] else {
            return context.answers.append((request, .failure(ControlError(.notFound, "the contact was removed"))))
        }
        contact.isBlocked = false
        waitingForChanges.append(.answer(request, blockChanged(contact, &context)))
    }

    private mutating func blockChanged(_ contact: Contact, _ context: inout Context) -> JSONValue {
        put(contact)
        context.events.append(
            NodeEvent(
                .contactChanged,
                [
                    "peer": .text(contact.peer), "name": .string(contact.name), "blocked": .bool(contact.isBlocked),
                ]))
        return json(of: contact)
    }

    mutating func removeContact(_ request: ControlRequest, _ context: inout Context) throws(ControlError) {
        let contact = try contact(request.parameters.text("peer"))
        withdraw(contact.peer, &context)
        note(.contactRemove(contact), &context)
        contacts.remove(contact.peer)
        for (device, addition) in pairing where addition.contact.peer == contact.peer {
            pairing.removeValue(forKey: device)
        }
        online.remove(contact.peer)
        changes.append(.delete(namespace: Table.contacts, key: contact.peer.key.array))
        changes += stamps.remove(contact.peer).map { .delete(namespace: Table.stamps, key: $0.array) }
        context.events.append(.contact(.contactRemoved, contact))
        waitingForChanges.append(.done(request, .object(JSONObject())))
    }

    private mutating func withdraw(_ peer: PeerID, _ context: inout Context) {
        for call in switchboard.calls.values where call.participants[peer]?.isEnded == false {
            try? switchboard.end(call.id, at: context.now)  // it is there: it was just found
        }
        while pollSwitchboard(&context) {}
        flush(&context)  // the goodbye goes out while there is a session to seal it under
        apply(gate.withdraw(peer), &context)
        for link in links.values where link.peer == peer || link.unconfirmed?.certificate.peer == peer {
            abandonHandshakes(of: link, &context)
            drop(link, because: .requested, &context)
        }
    }

    mutating func put(_ contact: Contact) {
        _ = contacts.put(contact)  // it replaces one that is there: there is room
        changes.append(.put(namespace: Table.contacts, key: contact.peer.key.array, value: contact.encoded))
    }

    // MARK: Invites

    mutating func createInvite(_ request: ControlRequest, _ context: inout Context) throws(ControlError) {
        expireInvites(&context)
        let lifetime = request.parameters.secondsIfPresent("expires_s") ?? .seconds(3600)
        let secret = context.random.secretBytes(InviteCode.secretByteCount)
        let id: UInt64 = context.random.next()
        let expiry = WallTime(milliseconds: (context.moment.wall + lifetime).seconds / 60 * 60_000 + 60_000)
        let code = InviteCode(
            peer: identity.peer, noiseStatic: identity.noisePublic, secret: secret.withBytes { [UInt8]($0) }, id: id,
            expiry: expiry, addresses: settings.ownAddresses)
        guard !settings.ownAddresses.isEmpty else {
            if settings.icePolicy == .relay { throw .noRelay(context.servers.complaint) }
            throw ControlError(.notReady, "this machine has no address that anybody could reach")
        }
        guard invites.add(InviteBook.Invite(id: id, secret: SharedSecret(secret), expiry: expiry, state: .open)) else {
            throw ControlError(
                .rateLimited, "there are \(InviteBook.capacity) invites", hint: "Revoke some: parley invite list.")
        }
        storeInvite(id)
        context.events.append(.invite(.inviteCreated, id, ["expires": .string(expiry.description)]))
        // The code is worth something only when the invite survives a crash: the answer waits for the store.
        let answer: JSONValue = [
            "code": .string(code.text), "invite": .string(InviteText.id(id)), "expires": .string(expiry.description),
        ]
        waitingForChanges.append(.answer(request, answer))
    }

    mutating func acceptInvite(_ request: ControlRequest, _ context: inout Context) throws(ControlError) {
        let code: InviteCode
        do throws(InviteCode.Failure) { code = try InviteCode(text: request.parameters.text("code")) } catch {
            throw .code(error)
        }
        try accept(code, for: request, &context)
    }

    /// Forgets the invites whose time is over.
    mutating func expireInvites(_ context: inout Context) {
        for id in invites.expire(at: context.moment.wall) {
            storeInvite(id)
            context.events.append(.invite(.inviteExpired, id))
        }
    }

    mutating func listInvites(_ context: inout Context) -> JSONValue {
        expireInvites(&context)
        return ["invites": .array(invites.invites.values.map { json(of: $0) })]
    }

    mutating func revokeInvite(_ request: ControlRequest, _ context: inout Context) throws(ControlError) {
        let text = request.parameters.text("invite")
        guard let id = InviteText.parse(text), invites.revoke(id) else {
            throw ControlError(
                .notFound, "there is no such invite", subject: text, hint: "parley invite list shows them.")
        }
        storeInvite(id)
        context.events.append(.invite(.inviteRevoked, id))
        waitingForChanges.append(.done(request, .object(JSONObject())))
    }
}
