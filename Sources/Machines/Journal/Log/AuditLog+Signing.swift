internal import Basics
internal import Crypto

extension AuditLog {
    /// Signs what is not signed yet: at the moments of a call that others witness (all joined, the end).
    public mutating func signCheckpoint() { sign() }

    /// Makes a checkpoint of the whole log, behind every write that waits.
    mutating func sign() {
        guard let checkpoint = unsignedCheckpoint else { return }
        signed = (checkpoint, [epoch.sign(checkpoint)])
        publishCheckpoint([])
    }

    /// Ends the epoch: its last entry names the next key, both keys sign the checkpoint there, the old one is
    /// destroyed.
    mutating func rollEpoch(reason: JournalWord, at moment: Moment, using random: inout SeededRandom) {
        if tail.size == epoch.start { write(.heartbeat, at: moment) }
        let next = newEpoch(using: &random)
        let seed = next.sealedSeed(to: settings.storage, using: &random)
        outbox.add(size: tail.size) { $0.replaceFirst(next.path, seed) }
        write(.epochNext(number: next.number, vkey: next.vkey, reason: reason), at: moment)
        close(with: next, at: moment.now)
    }

    /// Signs the closing checkpoint with the key that ends and `next`, which takes over.
    mutating func close(with next: consuming KeyEpoch, at now: Instant) {
        guard let checkpoint = unsignedCheckpoint else { preconditionFailure("epoch.next is not signed yet") }
        signed = (checkpoint, [epoch.sign(checkpoint), next.sign(checkpoint)])
        policy.logs.append(next.vkey)
        publishCheckpoint([.wipe(path: epoch.path)])
        epoch = next
        timers[.epoch] = now + KeyEpoch.maximumAge
    }

    private var unsignedCheckpoint: Checkpoint? {
        guard tail.size > signed.checkpoint.size else { return nil }
        return Checkpoint(origin: settings.origin.name, size: tail.size, root: tail.tree.root)
    }

    /// A key whose id no other key of the log has: a verifier must not have to guess.
    private func newEpoch(using random: inout SeededRandom) -> KeyEpoch {
        while true {
            let next = KeyEpoch(
                number: epoch.number + 1, start: tail.size + 1, origin: settings.origin,
                seed: random.secretBytes(Ed25519.KeyPair.seedByteCount))
            let id = next.vkey.id
            if !(policy.logs + policy.witnesses).contains(where: { $0.id == id }) { return next }
        }
    }

    /// Puts policy, when it has changed, and checkpoint behind every write that waits, then `more`.
    mutating func checkpointOperations(_ more: [JournalOperation]) -> [JournalOperation] {
        let isPolicyNew = policy != writtenPolicy
        writtenPolicy = policy
        return (isPolicyNew ? [.replace(path: LogPolicy.path, bytes: policy.encoded)] : []) + noteOperations + more
    }

    /// The newest checkpoint with all its lines, kept for ever and shown as the newest.
    private var noteOperations: [JournalOperation] {
        let note = SignedNote(text: signed.checkpoint.text, signatures: signed.lines).encoded
        return [
            .replace(path: Self.checkpointPath(signed.checkpoint.size), bytes: note),
            .replace(path: Self.checkpointPath, bytes: note),
        ]
    }

    mutating func publishCheckpoint(_ more: [JournalOperation]) {
        if let batch = outbox.add(checkpointOperations(more), size: signed.checkpoint.size) {
            waitingCheckpoints.append((batch, signed.checkpoint))
        }
        timers[.checkpoint] = nil
        space.usedByteCount += DiskSpace.checkpointByteCount
    }
}

/// Witnesses.
extension AuditLog {
    /// Counts cosignatures by `witness` from now on; the log says so, and `policy` from the next checkpoint on.
    public mutating func trust(_ witness: VerifierKey, at moment: Moment) throws(Refusal) -> Ticket {
        guard !isStopped else { throw .stopped }
        guard witness.kind == .cosignature, !policy.witnesses.contains(witness) else {
            return Ticket(size: tail.size)
        }
        if case .broken(let reason) = health { throw .broken(reason) }
        policy.witnesses.append(witness)
        write(.witnessTrusted(witness), at: moment)
        sign()
        return Ticket(size: tail.size)
    }

    /// Takes a trusted witness' line under the newest checkpoint; false for any other line. It makes no entry and no
    /// new checkpoint: two logs that witness each other must not keep each other awake.
    public mutating func accept(_ line: NoteSignature) -> Bool {
        let note = SignedNote(text: signed.checkpoint.text, signatures: signed.lines + [line])
        guard !isStopped, policy.witnesses.contains(where: { note.isValid(line, by: $0) }),
            !signed.lines.contains(where: { $0.keyID == line.keyID && $0.name == line.name })
        else { return false }
        let logLines = signed.lines.filter { $0.name == settings.origin.name }
        let witnessLines = signed.lines.filter { $0.name != settings.origin.name } + [line]
        signed.lines = logLines + witnessLines.sorted(by: NoteSignature.isOrdered)
        outbox.add(noteOperations)
        return true
    }
}

extension NoteSignature {
    /// The order of witnesses' lines: by name, then by key.
    static func isOrdered(_ first: NoteSignature, _ second: NoteSignature) -> Bool {
        first.name.utf8.elementsEqual(second.name.utf8)
            ? first.keyID < second.keyID : first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
    }
}
