public import Basics
public import Crypto

extension AuditLog {
    /// What depends on an entry.
    public enum Urgency: Hashable, Sendable {
        /// The act that it tells of happens only when the entry is stored. Refused when that cannot be.
        case grants
        /// It tells of something that has happened. Left out, and counted, when only the reserve is left.
        case reports
        /// It tells of something taken back: may use the reserve, and waits in memory while the disk fails.
        case withdraws
    }

    /// Who alone caused an entry.
    public enum Cause: Hashable, Sendable {
        /// We did, or a call that we answered.
        case ourselves
        /// A contact did, without us: its entries are limited.
        case contact(SubjectID)
        /// Somebody whom we do not know.
        case stranger
    }

    /// Why an event is not recorded.
    public enum Refusal: Error, Hashable, Sendable {
        /// Only the reserve is left, or for strangers only the last tenth.
        case full
        /// The disk fails, for this reason.
        case broken(String)
        /// The contact caused too much; it may again at this moment.
        case flooded(until: Instant)
        /// The journal was stopped.
        case stopped
    }

    /// Appends an entry. It counts when its ticket is stored.
    public mutating func append(
        _ event: JournalEvent, by actor: Actor, call: LocalCallID? = nil, cause: Cause = .ourselves,
        urgency: Urgency, at moment: Moment, using random: inout SeededRandom
    ) throws(Refusal) -> Ticket {
        try admit(urgency, cause, at: moment.now)
        if tail.size - epoch.start >= KeyEpoch.maximumEntryCount - 1 {
            rollEpoch(reason: "count", at: moment, using: &random)
        }
        let usedBefore = space.usedByteCount
        let sealed = seal(event, call: call, using: &random)
        write(event, sealed, by: actor, call: call, at: moment)
        if case .contact(let contact) = cause {
            floods.count(contact, byteCount: space.usedByteCount - usedBefore, of: call)
            startSummaryTimer(at: moment.now)
        }
        let ticket = Ticket(size: tail.size)
        if ticket.size - signed.checkpoint.size >= Self.unsignedEntryLimit { sign() }
        tellHealth(at: moment)
        return ticket
    }

    /// Whether `contact` has caused as many entries as it may, or is answered without a person as often as may be: a further
    /// call is refused before it is looked at, and counted.
    public mutating func refusesCall(by contact: SubjectID, at now: Instant) -> Bool {
        guard floods.refusalOfCall(by: contact, at: now) != nil else { return false }
        startSummaryTimer(at: now)
        return true
    }

    /// Counts an act of somebody whom we do not know and to whom nothing was granted: one summary an hour tells of it.
    public mutating func countStranger(_ act: JournalWord, at now: Instant) {
        strangers[act.text, default: 0] += 1
        startSummaryTimer(at: now)
    }

    /// A call of a contact was answered, by a person or by configuration: its entries do not count against the contact. Calls
    /// that nobody answered himself are counted instead.
    public mutating func answered(_ call: LocalCallID, byPerson: Bool, at now: Instant) {
        floods.forgive(call, byPerson: byPerson, at: now)
    }

    /// A call is over: its data keys are forgotten.
    public mutating func forgetKeys(of call: LocalCallID) { sidecars.forget(call) }

    /// The keys in memory are to go, as when the identity is locked: later entries get new data keys, which only the
    /// storage identity opens.
    public mutating func forgetAllKeys() { sidecars.forgetAll() }

    private mutating func admit(_ urgency: Urgency, _ cause: Cause, at now: Instant) throws(Refusal) {
        guard !isStopped else { throw .stopped }
        if let refusal = refusal(urgency) {
            lostCount += 1
            throw refusal
        }
        switch cause {
        case .ourselves: break
        case .stranger: if space.isFullForStrangers { throw .full }
        case .contact(let contact):
            guard let until = floods.refusal(of: contact, at: now) else { break }
            startSummaryTimer(at: now)
            throw .flooded(until: until)
        }
    }

    private func refusal(_ urgency: Urgency) -> Refusal? {
        let isLate = outbox.waitingByteCount > DiskSpace.waitingByteLimit
        switch (urgency, health) {
        case (.grants, .broken(let reason)), (.reports, .broken(let reason)):
            return space.isOutOfRoom ? .full : .broken(reason)
        case (.grants, .full), (.reports, .full): return .full
        case (.grants, .working), (.reports, .working): return isLate ? .broken("the disk does not keep up") : nil
        case (.withdraws, _):
            let limit = DiskSpace.waitingByteLimit + DiskSpace.reserveByteCount
            if outbox.waitingByteCount > limit { return .broken("too much waits for the disk") }
            return space.usedByteCount > space.quotaByteCount ? .full : nil
        }
    }

    private mutating func seal(
        _ event: JournalEvent, call: LocalCallID?, using random: inout SeededRandom
    ) -> [SidecarCommitment] {
        var commitments: [SidecarCommitment] = []
        let sequence = tail.size, holders = [settings.storage] + settings.keyHolders
        let waitingBefore = outbox.waitingByteCount
        for part in event.personal {
            let plaintext = JSONValue.object(part.fields).encoded(.canonical)
            outbox.add(size: sequence + 1) { batch in
                commitments.append(
                    sidecars.seal(
                        plaintext, about: part.subject, call: call, sequence: sequence, event: event.name,
                        holders: holders, into: &batch, using: &random))
            }
        }
        space.usedByteCount += outbox.waitingByteCount - waitingBefore
        return commitments
    }

    /// Appends without asking whether there is room.
    mutating func write(
        _ event: JournalEvent, _ sealed: [SidecarCommitment] = [], by actor: Actor = .daemon,
        call: LocalCallID? = nil, at moment: Moment
    ) {
        let isBehindCheckpoint = tail.size > 0 && signed.checkpoint.size == tail.size
        let entry = JournalEntry(
            sequence: tail.size, event: event.name, actor: actor, call: call, fields: event.fields, sealed: sealed,
            time: moment.wall, uptime: moment.uptime.nanoseconds / 1000, boot: boot,
            checkpointed: isBehindCheckpoint ? signed.checkpoint.root : nil
        ).encoded
        let waitingBefore = outbox.waitingByteCount
        outbox.add(size: tail.size + 1) { tail.append(entry, to: &$0) }
        space.usedByteCount += outbox.waitingByteCount - waitingBefore
        if timers[.checkpoint] == nil { timers[.checkpoint] = moment.now + Self.checkpointDelay }
    }
}
