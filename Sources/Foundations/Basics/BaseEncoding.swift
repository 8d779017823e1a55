/// A base 2^n text encoding of RFC 4648. Decoding is canonical: one text for each byte string, all else is refused.
public struct BaseEncoding: Sendable {
    private let alphabet: [UInt8]
    private let values: [UInt8]
    private let bitsPerCharacter: Int
    private let padding: Int?

    /// Base64 with padding (RFC 4648 §4).
    public static let base64 = BaseEncoding(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", bits: 6, padding: 4)
    /// Base64 without padding, as age's headers use it.
    public static let base64Unpadded = BaseEncoding(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", bits: 6, padding: nil)
    /// Base64 for URLs and file names, without padding (RFC 4648 §5).
    public static let base64URL = BaseEncoding(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", bits: 6, padding: nil)
    /// Base32 in lower case, without padding (RFC 4648 §6).
    public static let base32 = BaseEncoding("abcdefghijklmnopqrstuvwxyz234567", bits: 5, padding: nil)

    private init(_ characters: String, bits: Int, padding group: Int?) {
        alphabet = Array(characters.utf8)
        bitsPerCharacter = bits
        padding = group
        var table = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        values = table
    }

    /// The text of `bytes`.
    public func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= bitsPerCharacter {
                bits -= bitsPerCharacter
                text.append(alphabet[Int(buffer >> UInt32(bits)) & (alphabet.count - 1)])
            }
            buffer &= (1 << UInt32(bits)) - 1
        }
        if bits > 0 { text.append(alphabet[Int(buffer << UInt32(bitsPerCharacter - bits))]) }
        if let padding { while text.count % padding != 0 { text.append(UInt8(ascii: "=")) } }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of `text`; nil unless encoding them again gives exactly `text`.
    public func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for character in text.utf8 {
            if character == UInt8(ascii: "="), padding != nil { break }  // the comparison below judges the rest
            let value = values[Int(character)]
            guard value != 255 else { return nil }
            buffer = buffer << UInt32(bitsPerCharacter) | UInt32(value)
            bits += bitsPerCharacter
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
                buffer &= (1 << UInt32(bits)) - 1
            }
        }
        return encode(bytes) == String(text) ? bytes : nil
    }
}
