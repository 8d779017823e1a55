internal import Basics
internal import Calling
internal import ControlAPI
internal import Crypto
internal import Journal
internal import Mesh
internal import Paths
internal import Streams
internal import Transport

/// After every input: carry on until no machine has anything left to say, then send and store.
extension Device {
    mutating func settle(_ context: inout Context) {
        var isBusy = true
        while isBusy {
            isBusy = pollEndpoint(&context)
            isBusy = pollLinks(&context) || isBusy
            isBusy = pollSwitchboard(&context) || isBusy
            isBusy = pollJournal(&context) || isBusy
            isBusy = pollIntroducer(&context) || isBusy
        }
        registerWithIntroducers(&context)
        permitContacts(&context)
        flush(&context)
        carrySignals(&context)
        storeChanges(&context)
    }

    /// Carries on with handshakes and sessions; true when something happened.
    @discardableResult
    mutating func pollEndpoint(_ context: inout Context) -> Bool {
        var isBusy = false
        while true {
            switch endpoint.poll() {
            case .wait(let deadline):
                endpointDeadline = deadline
                return isBusy
            case let output: handle(output, &context)
            }
            isBusy = true
        }
    }

    private mutating func handle(_ output: Transport.Output, _ context: inout Context) {
        switch output {
        case .transmit(let bytes, let route):
            guard let ends = ends(of: route) else { return }
            context.send(bytes, to: ends)
        case .sendInitiation(let handshake): sendInitiation(handshake, &context)
        case .transmitSealed(let padding): send(padding, &context)
        case .carry(let session, let bytes): carry(bytes, on: session, &context)
        case .initiation(let initiation): initiated(initiation, &context)
        case .established(let establishment): established(establishment, &context)
        case .confirmed(let session):
            guard let link = sessions[session] else { return }
            confirm(link, session, &context)
        case .rekeyed(let session, let epoch):
            guard let peer = sessions[session]?.peer, let contact = contacts[peer] else { return }
            note(.rekey(contact, number: Int(epoch)), &context)
        case .voided(let session, let epoch): sessions[session]?.delivery.void(epoch: epoch)
        case .rekeyDue(let session, let carriage): rekey(session, carriage, &context)
        case .ended(let handshake, let reason): ended(handshake, reason, &context)
        case .versions: break
        case .closed(let session, let reason): closed(session, reason, &context)
        case .wait: break
        }
    }

    /// The ends of a route between addresses. What answers the datagram that is being handled leaves from where that came
    /// to; else the kernel chooses. What an introducer brought goes back through it.
    func ends(of route: Route) -> PathEnds? {
        switch route {
        case .address(let remote, _):
            if case .addresses(_, remote)? = currentEnds { return currentEnds }
            return .addresses(local: Settings.anyAddress(like: remote), remote: remote)
        case .introducer: return currentEnds
        case .session: return nil
        }
    }

    /// Padding that the endpoint sealed goes out where the session's data goes; the first, which confirms the session,
    /// where message 2 came from.
    private mutating func send(_ padding: SealedPadding, _ context: inout Context) {
        guard let link = sessions[padding.session] ?? links.values.first(where: { $0.session == padding.session })
        else {
            if let ends = padding.route.flatMap({ ends(of: $0) }) { context.send(padding.bytes, to: ends) }
            return
        }
        guard let path = link.paths.activeForControl, let ends = link.paths.info(path)?.ends else {
            return
        }
        link.delivery.sent(
            .padding, as: padding.number, byteCount: padding.bytes.count, on: path, at: context.now)
        context.send(padding.bytes, to: ends)
        noteSent(padding.bytes.count, asksForReceipt: false, on: path, of: link, at: context.now)
    }

    /// Handshake bytes of a chained rekey travel as a control message (PROTOCOL §2).
    private mutating func carry(_ bytes: [UInt8], on session: SessionID, _ context: inout Context) {
        guard let link = sessions[session], let first = bytes.first else { return }
        let message: SessionMessage =
            first == PacketType.initiation.rawValue ? .rekeyInitiation(bytes) : .rekeyResponse(bytes)
        send(message.fields, on: link, &context)
    }

    private mutating func ended(_ handshake: HandshakeID, _ reason: HandshakeEnd, _ context: inout Context) {
        guard let link = links.values.first(where: { $0.attempt?.handshake == handshake }), let attempt = link.attempt
        else { return }
        switch reason {
        case .timedOut: failed(link, attempt, &context)
        case .crossed, .cancelled, .sessionClosed: link.attempt = nil
        case .tableFull: failed(link, attempt, &context)
        }
    }

    private mutating func closed(_ session: SessionID, _ reason: CloseReason, _ context: inout Context) {
        guard let link = sessions.removeValue(forKey: session) else { return }
        if link.unconfirmed?.session == session { link.unconfirmed = nil }
        guard link.session == session else { return forgetIfIdle(link) }
        lost(link, &context)
    }

    private mutating func rekey(_ session: SessionID, _ carriage: RekeyCarriage, _ context: inout Context) {
        guard let link = sessions[session], let peer = link.peer, let contact = contacts[peer] else { return }
        switch carriage {
        case .inside:
            let pairing = contact.devices[link.remote]?.pairing
            var selectors = PSKSelectors()
            selectors.usesPairing = pairing != nil
            selectors.resume = endpoint.resumption(with: link.remote)?.bytes
            let payload = offerPayload(selectors, &context)
            try? endpoint.rekey(
                session, payload: payload, sharing: SharedSecrets(pairing: pairing?.bytes.copy()), at: context.now,
                using: &context.random)
        case .outside: _ = begin(link, at: contact.devices[link.remote]?.addresses ?? [], &context)
        }
    }

    // MARK: The store

    /// Everything that this input changed goes out as one transaction.
    private mutating func storeChanges(_ context: inout Context) {
        guard !changes.isEmpty else { return }
        let ticket = StoreTicket(number: nextStoreTicket)
        nextStoreTicket += 1
        context.emit(.store(changes, ticket))
        unconfirmedChanges[ticket] = changes
        forgetRefused(of: changes)
        changes.removeAll(keepingCapacity: true)
        if !waitingForChanges.isEmpty {
            waitingForStore[ticket] = waitingForChanges
            waitingForChanges.removeAll()
        }
    }

    /// A transaction is on disk: what waited for it goes on.
    mutating func stored(_ ticket: StoreTicket, _ context: inout Context) {
        unconfirmedChanges[ticket] = nil
        for continuation in waitingForStore.removeValue(forKey: ticket) ?? [] { goOn(continuation, &context) }
    }

    /// A transaction could not be written: what waited for it does not happen. What has happened (a contact was blocked)
    /// goes again until it is there, or a restart would undo it.
    mutating func storeFailed(_ ticket: StoreTicket, _ reason: String, _ context: inout Context) {
        context.log(.error, "the state store did not take a change: \(reason)")
        let refused = unconfirmedChanges.removeValue(forKey: ticket) ?? []
        let waiting = waitingForStore.removeValue(forKey: ticket) ?? []
        for continuation in waiting { giveUp(continuation, ControlError(.storageFailed, reason), &context) }
        guard waiting.allSatisfy(\.hasHappened) else { return }
        forgetRefused(of: refused)
        refusedChanges += refused
        for newer in unconfirmedChanges.values { forgetRefused(of: newer) }
        storeRetry = storeRetry ?? context.now + Self.storeRetryDelay
    }

    /// Whether a failing store is tried again, and when: as the journal does.
    private static var storeRetryDelay: Duration { .seconds(5) }

    /// Of each row the newest state counts.
    private mutating func forgetRefused(of newer: [StateChange]) {
        guard !refusedChanges.isEmpty else { return }
        let rows = Set(newer.map(\.row))
        refusedChanges.removeAll { rows.contains($0.row) }
    }

    /// Lets what the store did not take go again.
    mutating func retryStore(at now: Instant) {
        guard let retry = storeRetry, retry <= now else { return }
        storeRetry = nil
        forgetRefused(of: changes)
        changes += refusedChanges
        refusedChanges.removeAll()
    }

    mutating func goOn(_ continuation: Continuation, _ context: inout Context) {
        switch continuation {
        case .call(let record): switchboard.recorded(record.call, record.peer, at: context.now)
        case .contactRecorded(let remote): contactRecorded(remote)
        case .contactStored(let remote): contactStored(remote, &context)
        case .takenOver(let contact): takenOver(contact, &context)
        case .admission(let peer, let request): admit(peer, for: request, &context)
        case .answer(let request, let result), .done(let request, let result):
            context.answers.append((request, .success(result)))
        case .callEnded(let closing): context.events.append(NodeEvent(.callEnded, closing))
        case .export(let command, _, _): context.emit(.keys(command))
        case .exportEntries(let query, let file, let name): context.emit(.read(.export(query, to: file), name))
        }
    }

    mutating func giveUp(
        _ continuation: Continuation, _ failure: ControlError, _ context: inout Context
    ) {
        switch continuation {
        case .call(let record): switchboard.recordFailed(record.call, record.peer, at: context.now)
        case .contactRecorded(let remote), .contactStored(let remote): contactRefused(remote, failure, &context)
        case .takenOver: tookOver(failure, &context)
        case .answer(let request, _), .admission(_, let request):
            context.answers.append((request, .failure(failure)))
        case .done(let request, let result):  // it is so, and the store is tried again
            context.answers.append((request, .success(result)))
        case .callEnded(let closing):  // it has ended all the same
            context.events.append(NodeEvent(.callEnded, closing))
        case .export(_, let file, let request):
            context.emit(.close(file.line))
            context.answers.append((request, .failure(failure)))
        case .exportEntries(_, let file, let name):
            context.emit(.close(file.line))
            context.diskFailures.append((name, failure))
        }
    }
}
