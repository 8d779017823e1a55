internal import Age
internal import Basics
internal import Crypto

/// A span of the log that one key signs. When it ends, the key is destroyed: who takes the machine later cannot sign
/// what came before.
struct KeyEpoch: ~Copyable, Sendable {
    /// From 0.
    let number: Int
    /// The first entry.
    let start: Int
    let vkey: VerifierKey
    private let key: Ed25519.KeyPair

    /// The most entries of an epoch, its closing one included.
    static let maximumEntryCount = 4096
    static let maximumAge: Duration = .seconds(24 * 3600)
    static let folder = "epoch"

    /// The epoch that `seed` signs for the log `origin`.
    init(number: Int, start: Int, origin: JournalOrigin, seed: borrowing SecretBytes) {
        self.number = number
        self.start = start
        key = Ed25519.KeyPair(seed: seed)
        guard let vkey = VerifierKey(name: origin.name, kind: .ed25519, publicKey: key.publicKey) else {
            preconditionFailure("an origin is a key name")
        }
        self.vkey = vkey
    }

    /// Where the seed lies, sealed to the storage recipient.
    var path: String { Self.path(number) }

    static func path(_ number: Int) -> String { "\(folder)/\(number).age" }

    /// The seed as a file that only the storage identity opens.
    func sealedSeed(to recipient: AgeRecipient, using random: inout SeededRandom) -> [UInt8] {
        let seed = key.withSeed { SecretBytes(copying: $0) }
        return AgeFile.seal(seed, to: [recipient], using: &random)
    }

    /// The signature line under `checkpoint`.
    func sign(_ checkpoint: Checkpoint) -> NoteSignature { checkpoint.signed(by: vkey, with: key) }
}
