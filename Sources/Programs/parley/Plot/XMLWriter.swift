/// Writes XML: elements one inside the other, every value escaped.
struct XMLWriter {
    private(set) var text = ""
    private var depth = 0

    /// An element with what `body` writes into it.
    mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ body: (inout XMLWriter) -> Void
    ) {
        text += "\(indent)<\(name)\(Self.list(attributes))>\n"
        depth += 1
        body(&self)
        depth -= 1
        text += "\(indent)</\(name)>\n"
    }

    /// An element with nothing inside.
    mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        text += "\(indent)<\(name)\(Self.list(attributes))/>\n"
    }

    /// An element with text inside.
    mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text content: String) {
        text += "\(indent)<\(name)\(Self.list(attributes))>\(Self.escape(content))</\(name)>\n"
    }

    /// A piece of a line of text.
    struct Span {
        let kind: String, text: String
        /// How far it stands from the one before.
        var distance = 0
    }

    /// An element with pieces of text inside, each of a class of its own.
    mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String>, spans: [Span]) {
        let pieces = spans.map { span in
            let distance = span.distance > 0 ? " dx=\"\(span.distance)\"" : ""
            return "<tspan class=\"\(span.kind)\"\(distance)>\(Self.escape(span.text))</tspan>"
        }
        text += "\(indent)<\(name)\(Self.list(attributes))>\(pieces.joined())</\(name)>\n"
    }

    /// A style sheet, which must be ours: it is not escaped.
    mutating func style(_ sheet: String) { text += "\(indent)<style>\n\(sheet)\(indent)</style>\n" }

    private var indent: String { String(repeating: "  ", count: depth) }

    private static func list(_ attributes: KeyValuePairs<String, String>) -> String {
        attributes.map { " \($0.key)=\"\(escape($0.value))\"" }.joined()
    }

    /// Text without what means something in XML, and without characters that it forbids (XML 1.0 §2.2).
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in Table.printable(text).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
