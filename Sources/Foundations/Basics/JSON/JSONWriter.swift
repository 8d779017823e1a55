extension JSONValue {
    /// How a value is written.
    public enum Layout: Sendable {
        /// On one line, without any space: what stands on the control socket.
        case compact
        /// A member or element a line, indented by two spaces: for people.
        case indented
        /// The canonical form of RFC 8785: names in order of their UTF-16 code units, numbers as ECMAScript writes them.
        case canonical
    }

    /// The value as UTF-8. Two values that mean the same have the same canonical bytes.
    public func encoded(_ layout: Layout = .compact) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        writer.bytes.reserveCapacity(256)
        writer.write(self, indent: 0)
        return writer.bytes
    }

    /// The value as text.
    public func text(_ layout: Layout = .compact) -> String { String(decoding: encoded(layout), as: UTF8.self) }
}

private struct JSONWriter {
    let layout: JSONValue.Layout
    var bytes: [UInt8] = []

    mutating func write(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: append("null")
        case .bool(let isTrue): append(isTrue ? "true" : "false")
        case .number(let number): append(layout == .canonical ? number.canonicalText : number.text)
        case .string(let text): write(text)
        case .array(let elements):
            writeList(elements, between: ("[", "]"), indent: indent) { $0.write($1, indent: indent + 1) }
        case .object(let object):
            writeList(ordered(object.members), between: ("{", "}"), indent: indent) { writer, member in
                writer.write(member.name)
                writer.append(writer.layout == .indented ? ": " : ":")
                writer.write(member.value, indent: indent + 1)
            }
        }
    }

    private func ordered(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
        guard layout == .canonical else { return members }
        return members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
    }

    private mutating func writeList<Element>(
        _ elements: [Element], between brackets: (Unicode.Scalar, Unicode.Scalar), indent: Int,
        _ writeElement: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: brackets.0))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(indent: indent + 1)
            writeElement(&self, element)
        }
        if !elements.isEmpty { breakLine(indent: indent) }
        bytes.append(UInt8(ascii: brackets.1))
    }

    private mutating func breakLine(indent: Int) {
        guard layout == .indented else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
    }

    /// RFC 8785 §3.2.2.2, which every layout follows: the short escapes where there are any, and nothing else escaped.
    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        if isPlain { return bytes.append(contentsOf: text.utf8) }  // nearly always, and several times quicker
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x08: append("\\b")
            case 0x09: append("\\t")
            case 0x0A: append("\\n")
            case 0x0C: append("\\f")
            case 0x0D: append("\\r")
            case 0..<0x20: append("\\u00" + Hex.encode([byte]))
            default: bytes.append(byte)
            }
        }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
