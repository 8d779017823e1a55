internal import Basics

/// One signature line of a note: `— name base64(key id ‖ signature)`.
public struct NoteSignature: Hashable, Sendable {
    /// The signer.
    public let name: String
    /// The first four bytes: which key of that signer.
    public let keyID: UInt32
    /// What follows, in the form of the key's kind.
    public let bytes: [UInt8]

    static let mark = "\u{2014} "

    /// A line by `key`.
    public init(by key: VerifierKey, _ bytes: [UInt8]) {
        name = key.name
        keyID = key.id
        self.bytes = bytes
    }

    /// Reads a line without its newline; nil unless writing it again gives the same.
    init?(line: some StringProtocol) {
        guard line.hasPrefix(Self.mark) else { return nil }
        let parts = line.dropFirst(Self.mark.count).split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, VerifierKey.isValid(name: parts[0]),
            let bytes = BaseEncoding.base64.decode(parts[1]), bytes.count > 4
        else { return nil }
        name = String(parts[0])
        keyID = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        self.bytes = Array(bytes.dropFirst(4))
    }

    /// The line with its newline.
    var line: String {
        let id = (0..<4).map { UInt8(truncatingIfNeeded: keyID >> UInt32(24 - 8 * $0)) }
        return "\(Self.mark)\(name) \(BaseEncoding.base64.encode(id + bytes))\n"
    }

    /// Whether the line claims to be by `key`. Names are compared byte by byte, not by Unicode equivalence.
    public func claims(_ key: VerifierKey) -> Bool { keyID == key.id && name.utf8.elementsEqual(key.name.utf8) }
}
