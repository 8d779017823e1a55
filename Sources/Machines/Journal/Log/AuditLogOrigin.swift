public import Basics
internal import Crypto

/// The name of a log, which is also the name of its keys: `parley.invalid/j/<hash of the identity>`. A log that
/// follows a damaged one has its generation behind: `…/2`.
public struct JournalOrigin: Hashable, Sendable {
    /// The name, in ASCII.
    public let name: String
    /// The Ed25519 key of whose log it is.
    public let identity: Bytes32
    /// 1 for the first log of an identity.
    public let generation: Int

    /// Log number `generation` of an identity, from 1.
    public init(identity: Bytes32, generation: Int = 1) {
        precondition(generation >= 1)
        self.identity = identity
        self.generation = generation
        let hash = identity.withBytes { SHA256.hash($0) }
        let owner = "parley.invalid/j/" + BaseEncoding.base32.encode(hash.array.prefix(10))
        name = generation == 1 ? owner : "\(owner)/\(generation)"
    }

    /// Reads a name that belongs to `identity`; nil for any other.
    init?(_ name: String, of identity: Bytes32) {
        let generation = name.split(separator: "/").dropFirst(3).first.flatMap { Int($0) } ?? 1
        guard generation >= 1 else { return nil }
        self.init(identity: identity, generation: generation)
        guard self.name == name else { return nil }
    }

    /// The folder of the log below `journal/`: 16 hexadecimal digits.
    public var folderName: String { Hex.encode(SHA256.hash(Array(name.utf8).rawSpan).array.prefix(8)) }

    /// The log that goes on after this one.
    public var next: JournalOrigin { JournalOrigin(identity: identity, generation: generation + 1) }
}
