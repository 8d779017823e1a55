internal import Age
internal import Crypto

/// The data keys of this run, by call and subject. A new run makes new keys: it never appends to a file that the last
/// one may have left torn.
struct SidecarKeys {
    private struct Name: Hashable {
        let call: LocalCallID?
        let subject: SubjectID
    }

    private struct Open {
        let name: Name
        let key: SidecarKey
        var byteCount = 0
    }

    private var open: [Open] = []

    /// As many as calls and subjects are likely to be alive at a time; the oldest gives way and gets a new key later.
    static let capacity = 256

    static func keyPath(_ id: String) -> String { "keys/\(id).age" }
    static func sidecarPath(_ id: String) -> String { "pii/\(id)" }

    /// How many keys are in memory.
    var count: Int { open.count }

    /// Forgets the keys of a call.
    mutating func forget(_ call: LocalCallID) { open.removeAll { $0.name.call == call } }

    /// Forgets every key.
    mutating func forgetAll() { open = [] }

    /// Seals `plaintext` about `subject` for entry `sequence`; key file and frame go into `batch`.
    mutating func seal(
        _ plaintext: [UInt8], about subject: SubjectID, call: LocalCallID?, sequence: Int, event: String,
        holders: [AgeRecipient], into batch: inout BatchBuilder, using random: inout SeededRandom
    ) -> SidecarCommitment {
        let index = index(of: Name(call: call, subject: subject), holders, &batch, &random)
        let sealed = open[index].key.seal(plaintext, sequence: sequence, event: event, using: &random)
        let frame = sealed.frame.encoded
        batch.write(Self.sidecarPath(open[index].key.id), at: open[index].byteCount, frame)
        open[index].byteCount += frame.count
        return sealed.commitment
    }

    private mutating func index(
        of name: Name, _ holders: [AgeRecipient], _ batch: inout BatchBuilder, _ random: inout SeededRandom
    ) -> Int {
        if let index = open.firstIndex(where: { $0.name == name }) { return index }
        if open.count == Self.capacity { open.removeFirst() }
        let secret = random.secretBytes(SidecarKey.byteCount)
        let key = SidecarKey(id: SidecarCommitment.newKeyID(using: &random), secret: secret)
        // Its name is new, so it needs no file beside it: it shares the sync of the entry that counts on it.
        batch.write(Self.keyPath(key.id), at: 0, AgeFile.seal(secret, to: holders, using: &random))
        open.append(Open(name: name, key: key))
        return open.count - 1
    }
}
