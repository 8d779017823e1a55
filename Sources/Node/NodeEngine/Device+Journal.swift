internal import Basics
internal import Calling
internal import ControlAPI
internal import Crypto
internal import Journal
internal import Mesh
internal import Trust

/// What goes into the journal, and what waits until it is there (SECURITY, "Record before act").
extension Device {
    /// An act, before it becomes an event of the journal.
    enum Act {
        case call(CallRecord)
        case offered(CallRecord)
        case contactAdd(Contact)
        case keySeen(Contact, device: Bytes32)
        case level(Contact, before: IdentityLevel, after: IdentityLevel, method: JournalWord)
        case contactChange(Contact)
        case contactBlock(Contact)
        case contactRemove(Contact)
        case inviteUsed(Contact)
        case inviteFailed(JournalWord)
        case path(kind: String, isFirst: Bool, roundTrip: Duration?, remote: String, CallID, Contact)
        case cipherSuite(Contact)
        case rekey(Contact, number: Int)
        case configuration(old: Bytes32, new: Bytes32)
        case started(binary: Bytes32?)
        case recovered
        case clock(ClockState)
        case unlocked(method: JournalWord)
        case passphraseRefused(count: Int)
        case intruders(uid: UInt32, count: Int)
        case identityExport
        case journalExport
    }

    /// Records an act that grants: `continuation` happens when the entry is stored, and never when it cannot be.
    mutating func record(_ act: Act, then continuation: Continuation, _ context: inout Context) {
        guard let event = event(for: act) else { return giveUp(continuation, .journal(.full), &context) }
        do {
            let ticket = try journal.append(
                event.event, by: event.actor, call: event.call, urgency: .grants, at: context.moment,
                using: &context.random)
            waitingForJournal.append((ticket, continuation))
        } catch { giveUp(continuation, .journal(error), &context) }
    }

    /// Records an act that has happened, or one that withdraws.
    mutating func note(_ act: Act, _ context: inout Context) {
        guard let event = event(for: act) else { return }
        do {
            _ = try journal.append(
                event.event, by: event.actor, call: event.call, cause: event.cause, urgency: event.urgency,
                at: context.moment, using: &context.random)
        } catch AuditLog.Refusal.flooded {
            return  // counted: an entry will tell how many
        } catch {
            context.log(
                .warning, "the journal did not take \(event.event.name): \(ControlError.journal(error).message)")
        }
    }

    /// Carries on with the journal; true when something happened.
    mutating func pollJournal(_ context: inout Context) -> Bool {
        var isBusy = false
        while true {
            switch journal.poll() {
            case .wait(let deadline):
                journalDeadline = deadline
                tellSealed(&context)
                return isBusy
            case .write(let batch): context.emit(.journal(batch))
            case .stored(let ticket): recorded(through: ticket, &context)
            case .health(let health): changed(health, &context)
            }
            isBusy = true
        }
    }

    /// Tells of a new checkpoint. Runs after every input: allocates nothing.
    private mutating func tellSealed(_ context: inout Context) {
        let size = journal.signedSize
        guard size > sealedSize else { return }
        sealedSize = size
        context.events.append(NodeEvent(.journalSealed, ["size": JSONValue(size)]))
    }

    private mutating func recorded(through ticket: Ticket, _ context: inout Context) {
        while let first = waitingForJournal.first, first.ticket <= ticket {
            waitingForJournal.removeFirst()
            goOn(first.what, &context)
        }
    }

    /// When entries can no longer be stored, what waits for one does not happen.
    private mutating func changed(_ health: AuditLog.Health, _ context: inout Context) {
        let reason: String
        switch health {
        case .working: return context.log(.notice, "the journal takes entries again")
        case .full: reason = "the disk or the journal's quota is full"
        case .broken(let what): reason = what
        }
        context.log(.error, "the journal takes no entries that grant: \(reason)")
        context.events.append(NodeEvent(.journalFailed, ["reason": .string(String(reason.prefix(ofUTF8: 256)))]))
        guard case .broken = health else { return }
        let waiting = waitingForJournal
        waitingForJournal.removeAll()
        for (_, continuation) in waiting { giveUp(continuation, .journal(.broken(reason)), &context) }
    }

    /// Closes the journal in good order: it is signed to its end, and takes no more entries.
    mutating func closeJournal(isLocking: Bool, _ context: inout Context) {
        journal.stop(
            isLocking ? .identityLock() : .daemonStop(cause: "shutdown"), by: isLocking ? user : .daemon,
            at: context.moment)
    }

    /// Whether a contact has caused as many entries as it may, or is answered too often: what it offers is refused before any act.
    mutating func isFlooded(by peer: PeerID, _ context: inout Context) -> Bool {
        guard let subject = contacts[peer].flatMap({ subject($0) }) else { return false }
        return journal.refusesCall(by: subject, at: context.now)
    }

    // MARK: Events

    private struct Entry {
        let event: JournalEvent
        var actor = Actor.daemon
        var call: LocalCallID?
        var cause = AuditLog.Cause.ourselves
        var urgency = AuditLog.Urgency.reports
    }

    private func event(for act: Act) -> Entry? {
        switch act {
        case .call(let record): entry(for: record)
        case .offered(let record): invitation(record, isOutgoing: false)
        case .contactAdd(let contact):
            subject(contact).map {
                Entry(event: .contactAdd($0, peer: contact.peer.description, name: contact.name))
            }
        case .keySeen(let contact, let device):
            subject(contact).map {
                Entry(event: .keyFirstSeen($0, fingerprint: device.description), cause: .contact($0))
            }
        case .level(let contact, let before, let after, let method):
            subject(contact).map {
                Entry(event: .levelChange($0, before: Int(before.rawValue), after: Int(after.rawValue), method: method))
            }
        case .contactChange(let contact):
            subject(contact).map { Entry(event: .contactChange($0, name: contact.name), actor: user) }
        case .contactBlock(let contact):
            subject(contact).map {
                Entry(event: .contactBlock($0, isBlocked: contact.isBlocked), actor: user, urgency: .withdraws)
            }
        case .contactRemove(let contact):
            subject(contact).map { Entry(event: .contactRemove($0), actor: user, urgency: .withdraws) }
        case .inviteUsed(let contact): subject(contact).map { Entry(event: .inviteUsed(by: $0), actor: .contact($0)) }
        case .inviteFailed(let cause): Entry(event: .inviteFail(cause: cause), cause: .stranger)
        case .path(let kind, let isFirst, let roundTrip, let remote, let call, let contact):
            subject(contact).flatMap { subject in
                JournalWord(kind).map { kind in
                    Entry(
                        event: isFirst
                            ? .pathSelected(subject, kind: kind, roundTripTime: roundTrip, local: nil, remote: remote)
                            : .pathChange(subject, kind: kind, roundTripTime: roundTrip, local: nil, remote: remote),
                        call: local(call))
                }
            }
        case .cipherSuite(let contact):
            subject(contact).map {
                Entry(event: .cipherSuite($0, suite: "Noise_IKpsk2_25519_ChaChaPoly_SHA256"), cause: .contact($0))
            }
        case .rekey(let contact, let number):
            subject(contact).map {
                Entry(
                    event: .rekey($0, number: number), cause: isInCall(with: contact.peer) ? .ourselves : .contact($0))
            }
        case .configuration(let old, let new): Entry(event: .configChange(old: old, new: new), actor: user)
        case .started(let binary):
            Entry(event: .daemonStart(version: JournalWord(Node.version) ?? "unknown", binary: binary))
        case .recovered: Entry(event: .crashRecovered())
        case .clock(let state):
            Entry(event: .clockState(isSynchronized: state.isSynchronized, maximumError: state.maximumError))
        case .unlocked(let method): Entry(event: .identityUnlock(method: method), actor: user)
        case .passphraseRefused(let count):
            Entry(event: .authFail(method: "passphrase", cause: "wrong", count: count), actor: user)
        case .intruders(let uid, let count):
            Entry(event: .authFail(method: "socket", cause: "uid", count: count, uid: uid), cause: .stranger)
        case .identityExport: Entry(event: .identityExport(), actor: user)
        case .journalExport: Entry(event: .journalExport(), actor: user)
        }
    }

    private func entry(for record: CallRecord) -> Entry? {
        guard let contact = contacts[record.peer], let subject = subject(contact) else { return nil }
        let call = local(record.call)
        switch record.act {
        case .invite: return invitation(record, isOutgoing: true)
        case .ring:
            return Entry(event: .callRing(subject), actor: .contact(subject), call: call, cause: .contact(subject))
        case .join:
            let isCaller = switchboard.calls[record.call]?.direction == .outgoing
            return Entry(event: .callJoin(subject, role: isCaller ? "caller" : "callee"), actor: user, call: call)
        case .leave(let cause, let duration):
            return word(cause).map {
                Entry(
                    event: .callLeave(subject, cause: $0, duration: duration), actor: .contact(subject), call: call,
                    urgency: .withdraws)
            }
        case .refused(let cause):
            return word(cause).map {
                Entry(event: .callRefused(subject, cause: $0), call: call, cause: .contact(subject))
            }
        case .end(let cause, let duration):
            return word(cause).map {
                Entry(event: .callEnd(cause: $0, duration: duration), call: call, urgency: .withdraws)
            }
        }
    }

    /// We call somebody, or somebody us: the id by which both journals know the call is sealed.
    private func invitation(_ record: CallRecord, isOutgoing: Bool) -> Entry? {
        let call = switchboard.calls[record.call]
        let kinds = isOutgoing ? call?.media.kinds : call?.kinds(with: record.peer)
        return contacts[record.peer].flatMap { subject($0) }.map { subject in
            Entry(
                event: .callInvite(
                    subject, isOutgoing: isOutgoing, sharedCallID: record.wireID.description,
                    media: (kinds ?? [.audio]).sorted().compactMap { JournalWord($0.name) }),
                actor: isOutgoing ? user : .contact(subject), call: local(record.call),
                cause: isOutgoing ? .ourselves : .contact(subject))
        }
    }

    /// The daemon's one local user. A person who uses the control socket is the owner of the daemon.
    private var user: Actor { owner.map { .user($0) } ?? .daemon }

    private func subject(_ contact: Contact) -> SubjectID? { SubjectID(contact.subject) }

    /// The journal's name of a call.
    func local(_ call: CallID) -> LocalCallID? { LocalCallID(call.description) }

    private func word(_ cause: EndCause) -> JournalWord? { JournalWord(cause.name) }

    // MARK: For clients

    func journalStatus() -> JSONValue {
        let fault: JSONValue? =
            switch journal.health {
            case .working: nil
            case .full: "full: only what ends or withdraws is recorded"
            case .broken(let reason): .string(String(reason.prefix(ofUTF8: 256)))
            }
        return JSONValue(members: [
            "size": JSONValue(journal.head.size), "signed": JSONValue(journal.head.signed.size), "fault": fault,
        ])
    }
}
