public import Basics

/// What stands at the head of a log.
public struct JournalHead: Hashable, Sendable {
    /// The name of the log, and the identity whose it is.
    public let origin: JournalOrigin
    /// Entries that are stored: they survive a crash.
    public let size: Int
    /// The newest checkpoint that is stored; for what lies behind it there is none yet.
    public let signed: Checkpoint
    /// The key of genesis, from which all later ones follow.
    public let vkey: VerifierKey

    /// `{origin, size, signed, root, vkey, identity}`.
    public var json: JSONValue {
        [
            "identity": .string(BaseEncoding.base64.encode(origin.identity.array)), "origin": .string(origin.name),
            "root": .string(BaseEncoding.base64.encode(signed.root.array)), "signed": JSONValue(signed.size),
            "size": JSONValue(size), "vkey": .string(vkey.description),
        ]
    }
}
