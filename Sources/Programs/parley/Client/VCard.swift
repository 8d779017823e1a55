/// The little of a vCard (RFC 6350) that names a contact.
struct VCard: Equatable {
    /// The formatted name.
    let name: String
    /// The id, from `IMPP:parley:ID`.
    let peer: String

    /// The card as text.
    var text: String {
        let lines = [
            "BEGIN:VCARD", "VERSION:4.0", "FN:\(Self.escape(name))", "IMPP:parley:\(peer)", "END:VCARD",
        ]
        return lines.map { Self.fold($0) + "\r\n" }.joined()
    }

    /// The cards in a text that name an id of ours.
    static func cards(in text: String) -> [VCard] {
        var cards: [VCard] = [], name = "", peer: String?
        for line in unfold(text) {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let property = parts[0].split(separator: ";").first?.uppercased() ?? "", value = parts[1]
            switch property {
            case "BEGIN": (name, peer) = ("", nil)
            case "FN": name = unescape(value)
            case "IMPP" where value.hasPrefix("parley:"): peer = String(value.dropFirst("parley:".count))
            case "END": if let peer, !name.isEmpty { cards.append(VCard(name: name, peer: peer)) }
            default: break
            }
        }
        return cards
    }

    /// §3.2: a line that begins with a space or tab continues the one before.
    private static func unfold(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).reduce(into: []) { lines, line in
            if line.first == " " || line.first == "\t", !lines.isEmpty {
                lines[lines.count - 1] += line.dropFirst()
            } else {
                lines.append(String(line))
            }
        }
    }

    /// §3.2: no line is longer than 75 bytes.
    private static func fold(_ line: String) -> String {
        var folded = "", byteCount = 0
        for character in line {
            byteCount += character.utf8.count
            if byteCount > 75 {
                folded += "\r\n "
                byteCount = 1 + character.utf8.count
            }
            folded.append(character)
        }
        return folded
    }

    /// §3.4.
    private static func escape(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(",", with: "\\,").replacing(";", with: "\\;")
            .replacing("\n", with: "\\n")
    }

    private static func unescape(_ text: Substring) -> String {
        var plain = "", isEscaped = false
        for character in text {
            if isEscaped {
                plain.append(character == "n" || character == "N" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                plain.append(character)
            }
        }
        return plain
    }
}
