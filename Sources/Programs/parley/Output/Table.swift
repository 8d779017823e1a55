import Basics

/// Words for people: aligned columns, and values as people write them.
enum Table {
    /// Rows under a heading, columns two spaces apart.
    static func text(_ heading: [String], _ rows: [[String]]) -> String {
        let all = [heading] + rows
        let widths = heading.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = row.indices.map { column in
                column == row.count - 1
                    ? row[column] : row[column] + String(repeating: " ", count: widths[column] - row[column].count)
            }
            return cells.joined(separator: "  ") + "\n"
        }.joined()
    }

    /// The members of an object, a line each; objects inside are indented.
    static func text(_ object: JSONValue, indent: String = "") -> String {
        let members = object.object?.members ?? []
        let width = members.map(\.name.count).max() ?? 0
        return members.map { member in
            if let inner = member.value.object, !inner.members.isEmpty {
                return "\(indent)\(member.name)\n" + text(member.value, indent: indent + "  ")
            }
            let space = String(repeating: " ", count: width - member.name.count)
            return "\(indent)\(member.name)\(space)  \(words(member.value))\n"
        }.joined()
    }

    /// A value on one line.
    static func words(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: "-"
        case .bool(let isTrue): isTrue ? "yes" : "no"
        case .number(let number): number.int64 == nil ? decimal(number.double) : number.text
        case .string(let text): printable(text)
        case .array(let elements): elements.isEmpty ? "-" : elements.map(words).joined(separator: ", ")
        case .object: value?.text() ?? "-"
        }
    }

    /// A number with one digit behind the point.
    static func decimal(_ number: Double) -> String {
        let tenths = (number * 10).rounded()
        guard tenths.magnitude < 1e15 else { return "\(number)" }
        let whole = Int64(tenths.magnitude)
        return "\(tenths < 0 ? "-" : "")\(whole / 10).\(whole % 10)"
    }

    /// Text from others without what could steer a terminal.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}
