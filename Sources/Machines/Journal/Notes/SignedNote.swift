internal import Basics
internal import Crypto

/// A text and the signatures under it (C2SP signed-note). Reading and writing are exact inverses.
public struct SignedNote: Equatable, Sendable {
    /// Why a note is not to be believed.
    public enum Failure: Error, Equatable, Sendable {
        /// The bytes are not a signed note.
        case malformed
        /// A key that should decide was given twice.
        case ambiguousKey(name: String)
        /// A line claims to be by a known key and is not.
        case invalidSignature(name: String)
        /// No line is by a known key.
        case unverified
    }

    /// The signed text; it ends with a newline.
    public let text: String
    /// The signature lines in order.
    public let signatures: [NoteSignature]

    /// More lines than anyone needs; a bound on the work that a stranger's note causes.
    static let maximumSignatureCount = 100

    /// A note. Precondition: the text ends with a newline; there is a signature.
    public init(text: String, signatures: [NoteSignature]) {
        precondition(text.hasSuffix("\n"))
        precondition(!signatures.isEmpty)
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note.
    public init(parsing bytes: [UInt8]) throws(Failure) {
        guard !bytes.contains(where: { $0 < 0x20 && $0 != 0x0a }), let all = String(validating: bytes, as: UTF8.self),
            let end = Self.endOfText(bytes), bytes.last == 0x0a
        else { throw .malformed }
        let lines = all.utf8.dropFirst(end + 1).dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
        guard lines.count <= Self.maximumSignatureCount else { throw .malformed }
        var signatures: [NoteSignature] = []
        for line in lines {
            guard let text = String(line), let signature = NoteSignature(line: text) else { throw .malformed }
            signatures.append(signature)
        }
        self.text = String(decoding: bytes[..<end], as: UTF8.self)
        self.signatures = signatures
    }

    /// The note as bytes.
    public var encoded: [UInt8] { Array((text + "\n" + signatures.map(\.line).joined()).utf8) }

    /// The lines that are by one of `keys`. A line by another key says nothing; one that falsely claims a known key
    /// spoils the note.
    public func verified(by keys: [VerifierKey]) throws(Failure) -> [NoteSignature] {
        var verified: [NoteSignature] = []
        for signature in signatures {
            let claimed = keys.filter { signature.claims($0) }
            guard let key = claimed.first else { continue }
            guard claimed.count == 1 else { throw .ambiguousKey(name: key.name) }
            guard isValid(signature, by: key) else { throw .invalidSignature(name: key.name) }
            if !verified.contains(where: { $0.claims(key) }) { verified.append(signature) }
        }
        guard !verified.isEmpty else { throw .unverified }
        return verified
    }

    /// Whether `signature` is by `key` over this text.
    public func isValid(_ signature: NoteSignature, by key: VerifierKey) -> Bool {
        guard signature.claims(key) else { return false }
        switch key.kind {
        case .ed25519:
            guard let bytes = Ed25519.Signature(signature.bytes.rawSpan) else { return false }
            return Ed25519.isValid(bytes, of: Array(text.utf8).rawSpan, by: key.publicKey)
        case .cosignature: return Cosignature(signature)?.isValid(over: text, by: key) ?? false
        }
    }

    /// The offset of the blank line's newline: the last empty line parts the text from the signatures.
    private static func endOfText(_ bytes: [UInt8]) -> Int? {
        bytes.indices.dropFirst().last { bytes[$0] == 0x0a && bytes[$0 - 1] == 0x0a }
    }
}
