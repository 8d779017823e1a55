internal import Basics

/// A recipient stanza: the file key wrapped for one recipient, by a method that the first argument names.
struct AgeStanza: Equatable {
    /// The method and what it needs: at least one, each of visible ASCII characters.
    var arguments: [String]
    var body: [UInt8]

    static let columns = 64

    var type: String { arguments[0] }

    /// The stanza as lines. The last line of the body is shorter than 64 columns, if need be empty.
    var encoded: String {
        let body = Array(BaseEncoding.base64Unpadded.encode(body).utf8)
        var text = "-> " + arguments.joined(separator: " ") + "\n"
        var start = 0
        while body.count - start >= Self.columns {
            text += String(decoding: body[start..<(start + Self.columns)], as: UTF8.self) + "\n"
            start += Self.columns
        }
        return text + String(decoding: body[start...], as: UTF8.self) + "\n"
    }
}
