internal import Basics
internal import Crypto

/// The header of an age file: who can open it, under a MAC by the file key.
///
/// ```
/// age-encryption.org/v1
/// -> X25519 <share>          one stanza a recipient
/// <wrapped file key>
/// --- <MAC>
/// ```
struct AgeHeader {
    var stanzas: [AgeStanza]

    /// The most bytes a header may have: thousands of recipients, and a bound on what a stranger makes us keep.
    static let maximumByteCount = 1 << 18
    static let version = "age-encryption.org/v1"
    static let fileKeyByteCount = 16

    /// The MAC as it stands in the file, and what it covers; empty for a header that is being made.
    private(set) var mac: [UInt8] = []
    private var covered: [UInt8] = []

    init(_ stanzas: [AgeStanza]) { self.stanzas = stanzas }

    /// The header as bytes, with the MAC by `fileKey`.
    func encoded(fileKey: borrowing SecretBytes) -> [UInt8] {
        let text = Self.version + "\n" + stanzas.map(\.encoded).joined() + "---"
        let mac = Self.mac(of: Array(text.utf8), fileKey: fileKey)
        return Array((text + " " + mac.withBytes { BaseEncoding.base64Unpadded.encode([UInt8]($0)) } + "\n").utf8)
    }

    /// Whether nobody changed the header since `fileKey` made it.
    func isAuthentic(fileKey: borrowing SecretBytes) -> Bool {
        Self.mac(of: covered, fileKey: fileKey).isEqual(to: mac.rawSpan)
    }

    private static func mac(of bytes: [UInt8], fileKey: borrowing SecretBytes) -> SecretBytes {
        let key = fileKey.withBytes {
            HKDF<SHA256>.derive(
                salt: RawSpan(), inputKeyMaterial: $0, info: Array("header".utf8).rawSpan, byteCount: 32)
        }
        return HMAC<SHA256>.authenticate(bytes.rawSpan, key: key)
    }
}

extension AgeHeader {
    /// The offset behind the header in a file that begins with `bytes`; nil when more is needed. Only the MAC line
    /// begins with three dashes: the other lines begin with an arrow or are Base64.
    static func end(in bytes: [UInt8], searchingFrom start: Int) -> Int? {
        let mark = Array("\n---".utf8)
        var offset = start
        while offset + mark.count <= bytes.count {
            if bytes[offset..<(offset + mark.count)].elementsEqual(mark) {
                return bytes[(offset + 1)...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
            }
            offset += 1
        }
        return nil
    }

    /// Reads a whole header, its last newline included.
    init(parsing bytes: [UInt8]) throws(AgeError) {
        guard bytes.last == UInt8(ascii: "\n") else { throw .header("the header does not end") }
        let lines = bytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var rest = lines.dropFirst().dropLast()[...]
        guard lines.count > 2, lines[0].elementsEqual(Self.version.utf8) else { throw .header("not \(Self.version)") }
        stanzas = []
        while !rest.isEmpty { stanzas.append(try Self.stanza(from: &rest)) }
        guard !stanzas.contains(where: { $0.type == AgeStanza.scryptType }) || stanzas.count == 1 else {
            throw .header("a passphrase stanza is not alone")
        }
        mac = try Self.mac(from: lines[lines.count - 1])
        covered = Array(bytes.dropLast(lines[lines.count - 1].count + 1)) + Array("---".utf8)
    }

    private static func mac(from line: ArraySlice<UInt8>) throws(AgeError) -> [UInt8] {
        guard line.starts(with: "--- ".utf8), let mac = decodeBase64(line.dropFirst(4)), mac.count == 32 else {
            throw .header("the MAC line is malformed")
        }
        return mac
    }

    private static func stanza(from lines: inout ArraySlice<ArraySlice<UInt8>>) throws(AgeError) -> AgeStanza {
        let line = lines.removeFirst()
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count > 1, words[0].elementsEqual("->".utf8),
            words.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0x21...0x7e).contains($0) } })
        else { throw .header("a stanza does not begin with its arguments") }
        var body: [UInt8] = []
        while true {
            guard let line = lines.popFirst(), line.count <= AgeStanza.columns else {
                throw .header("a line of a stanza's body is too long or missing")
            }
            body += line
            if line.count < AgeStanza.columns { break }
        }
        guard let decoded = decodeBase64(body) else { throw .header("a stanza's body is not canonical Base64") }
        return AgeStanza(arguments: words.dropFirst().map { String(decoding: $0, as: UTF8.self) }, body: decoded)
    }

    private static func decodeBase64(_ text: some Sequence<UInt8>) -> [UInt8]? {
        BaseEncoding.base64Unpadded.decode(String(decoding: Array(text), as: UTF8.self))
    }
}
