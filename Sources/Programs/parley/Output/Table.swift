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

    /// The members of an object, a line each; objects inside are indented, and in a list each has a line.
    static func text(_ object: JSONValue, indent: String = "") -> String {
        let members = object.object?.members ?? []
        let width = members.map(\.name.count).max() ?? 0
        return members.map { member in
            if let inner = member.value.object, !inner.members.isEmpty {
                return "\(indent)\(member.name)\n" + text(member.value, indent: indent + "  ")
            }
            if let rows = member.value.array, rows.contains(where: { $0.object != nil }) {
                return "\(indent)\(member.name)\n" + rows.map { "\(indent)  \(row($0))\n" }.joined()
            }
            let space = String(repeating: " ", count: width - member.name.count)
            return "\(indent)\(member.name)\(space)  \(words(member.value))\n"
        }.joined()
    }

    /// The members of an object without their names, on one line.
    private static func row(_ value: JSONValue) -> String {
        value.object?.members.map { words($0.value) }.joined(separator: "  ") ?? words(value)
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

    /// A number with so many digits behind the point, the same in every language.
    static func decimal(_ number: Double, digits: Int = 1) -> String {
        let power = (0..<digits).reduce(1.0) { power, _ in power * 10 }
        let parts = (number * power).rounded()
        guard parts.magnitude < 1e15 else { return "\(number)" }
        let (whole, rest) = Int64(parts.magnitude).quotientAndRemainder(dividingBy: Int64(power))
        let sign = parts < 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let text = "\(rest)"
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - text.count) + text
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
