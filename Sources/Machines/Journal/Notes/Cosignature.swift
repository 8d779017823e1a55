internal import Basics
public import Crypto

/// What a witness says: at this time, this was the largest tree of that log that I had seen, and all I had seen before
/// agrees with it (C2SP tlog-cosignature, the Ed25519 form).
public struct Cosignature: Equatable, Sendable {
    /// Seconds since 1970.
    public let timestamp: UInt64
    /// Over the time and the text of the checkpoint.
    public let signature: Ed25519.Signature

    /// Reads the bytes behind the key id; nil for another length or a time beyond 2^63 − 1.
    public init?(_ line: NoteSignature) {
        guard line.bytes.count == 8 + Ed25519.Signature.byteCount,
            let signature = Ed25519.Signature(line.bytes.rawSpan.extracting(droppingFirst: 8))
        else { return nil }
        timestamp = line.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        self.signature = signature
        guard timestamp <= UInt64(Int64.max) else { return nil }
    }

    /// Signs the text of a checkpoint at `timestamp`.
    public init(of text: String, at timestamp: UInt64, with key: borrowing Ed25519.KeyPair) {
        self.timestamp = timestamp
        signature = key.sign(Self.message(text, timestamp).rawSpan)
    }

    /// The signature line by `key`.
    public func line(by key: VerifierKey) -> NoteSignature {
        var bytes = ByteWriter(capacity: 72)
        bytes.bigEndian(timestamp)
        bytes.append(signature.array)
        return NoteSignature(by: key, bytes.bytes)
    }

    /// Whether the holder of `key` signed `text` at that time.
    public func isValid(over text: String, by key: VerifierKey) -> Bool {
        Ed25519.isValid(signature, of: Self.message(text, timestamp).rawSpan, by: key.publicKey)
    }

    private static func message(_ text: String, _ timestamp: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(timestamp)\n\(text)".utf8)
    }
}
