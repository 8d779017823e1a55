internal import Age
internal import Basics
internal import Crypto

/// Opens sealed parts, reading each key and each sidecar once.
struct SidecarReader {
    private struct Sidecar {
        let key: SidecarKey
        let frames: [SidecarFrame]
    }

    private var sidecars: [String: Sidecar?] = [:]

    /// What `commitment` in `entry` speaks of; nil when it was erased, or does not open.
    mutating func open(
        _ commitment: SidecarCommitment, in entry: JournalEntry, _ reader: some JournalReader,
        _ identity: borrowing AgeIdentity
    ) throws(VerificationFailure) -> JSONObject? {
        guard let sidecar = try sidecar(commitment.keyID, reader, identity),
            let frame = sidecar.frames.first(where: { $0.sequence == entry.sequence }),
            let plaintext = sidecar.key.open(frame, event: entry.event, commitment: commitment)
        else { return nil }
        return (try? JSONValue(parsing: plaintext.rawSpan))?.object
    }

    private mutating func sidecar(
        _ keyID: String, _ reader: some JournalReader, _ identity: borrowing AgeIdentity
    ) throws(VerificationFailure) -> Sidecar? {
        if let known = sidecars[keyID] { return known }
        let sealedKey = try reader.file(SidecarKeys.keyPath(keyID)),
            file = try reader.file(SidecarKeys.sidecarPath(keyID))
        var sidecar: Sidecar?
        if let sealedKey, let file, let secret = try? AgeFile.openSecret(sealedKey, with: identity) {
            sidecar = Sidecar(key: SidecarKey(id: keyID, secret: secret), frames: SidecarFrame.all(in: file))
        }
        sidecars[keyID] = .some(sidecar)
        return sidecar
    }
}
