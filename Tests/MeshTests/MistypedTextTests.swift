import Basics
import Mesh
import TestSupport
import Testing

/// What a slip of the fingers does to a peer id and to an invite code: it is caught, and its group named.
@Suite struct MistypedTextTests {
    static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
    static let texts: [String] = [
        PeerID(key: Samples.identity().noisePublic).description, InviteCodeTests.code(addresses: 2).text,
    ]

    @Test(arguments: texts) func everyWrongCharacterIsCaughtAndItsGroupNamed(text: String) {
        let characters = Array(text)
        for index in characters.indices where characters[index] != "-" {
            for wrong in Self.alphabet where wrong != characters[index] {
                var typed = characters
                typed[index] = wrong
                #expect(throws: GroupedText.Failure.mistyped(group: group(of: index))) {
                    try GroupedText.decode(String(typed))
                }
            }
        }
    }

    @Test(arguments: texts) func everyTwoExchangedCharactersOfAGroupAreCaught(text: String) {
        let groups = text.split(separator: "-").map(Array.init)
        for (number, group) in groups.enumerated() {
            for first in group.indices {
                for second in group.indices where first < second && group[first] != group[second] {
                    var typed = groups
                    typed[number].swapAt(first, second)
                    #expect(throws: GroupedText.Failure.mistyped(group: number + 1)) {
                        try GroupedText.decode(typed.map { String($0) }.joined(separator: "-"))
                    }
                }
            }
        }
    }

    @Test(arguments: texts) func neighboursExchangedOverAHyphenAreCaught(text: String) {
        let characters = Array(text)
        for index in characters.indices.dropFirst().dropLast() where characters[index] == "-" {
            var typed = characters
            typed.swapAt(index - 1, index + 1)
            guard typed != characters else { continue }
            #expect(throws: GroupedText.Failure.mistyped(group: group(of: index - 1))) {
                try GroupedText.decode(String(typed))
            }
        }
    }

    @Test(arguments: texts) func groupsThatChangedPlacesAreCaught(text: String) {
        let groups = text.split(separator: "-").map(String.init)
        for first in groups.indices {
            for second in groups.indices where first < second && groups[first] != groups[second] {
                var typed = groups
                typed.swapAt(first, second)
                #expect(throws: GroupedText.Failure.self) { try GroupedText.decode(typed.joined(separator: "-")) }
            }
        }
    }

    @Test(arguments: texts) func aMissingOrRepeatedCharacterIsCaught(text: String) {
        let characters = Array(text)
        for index in characters.indices where characters[index] != "-" {
            var missing = characters, twice = characters
            missing.remove(at: index)
            twice.insert(characters[index], at: index)
            #expect(throws: (any Error).self) { try decodeWhole(String(missing), like: text) }
            #expect(throws: (any Error).self) { try decodeWhole(String(twice), like: text) }
        }
    }

    @Test(arguments: texts) func aMissingGroupIsCaught(text: String) {
        let groups = text.split(separator: "-").map(String.init)
        for index in groups.indices {
            var typed = groups
            typed.remove(at: index)
            #expect(throws: (any Error).self) { try decodeWhole(typed.joined(separator: "-"), like: text) }
        }
    }

    @Test(arguments: ["9", "!", "é", "ß", "–", "\u{0}", "\u{1F600}", "=", "."])
    func aStrangeCharacterIsNamedByItsGroup(strange: Character) {
        let characters = Array(Self.texts[0])
        for index in characters.indices where characters[index] != "-" {
            var typed = characters
            typed[index] = strange
            #expect(throws: GroupedText.Failure.strangeCharacter(group: group(of: index))) {
                try GroupedText.decode(String(typed))
            }
        }
    }

    private func group(of index: Int) -> Int { index / (GroupedText.groupDataCount + 2) + 1 }

    /// Decodes as the kind of text that `original` is.
    private func decodeWhole(_ text: String, like original: String) throws {
        if original == Self.texts[0] { _ = try PeerID(text: text) } else { _ = try InviteCode(text: text) }
    }
}
