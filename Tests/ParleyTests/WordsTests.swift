import Basics
import Testing

@testable import parley

@Suite struct WordsTests {
    @Test func tablesAreAligned() {
        #expect(Table.text(["A", "LONG"], [["xyz", "1"], ["", "22"]]) == "A    LONG\nxyz  1\n     22\n")
    }

    @Test func valuesAreWords() {
        let object: JSONValue = ["a": 1.25, "b": true, "c": ["x", "y"], "d": ["e": .null], "f": []]
        #expect(Table.text(object) == "a  1.3\nb  yes\nc  x, y\nd\n  e  -\nf  -\n")
        #expect(Table.decimal(-0.04) == "0.0" && Table.decimal(0.05) == "0.1")
        #expect(Table.decimal(12.34) == "12.3" && Table.decimal(-2.55) == "-2.6" && Table.decimal(100) == "100.0")
    }

    @Test func textOfOthersCannotSteerTheTerminal() {
        #expect(Table.printable("a\u{1B}[2Jb\n\u{202E}c") == "a\u{FFFD}[2Jb\u{FFFD}\u{FFFD}c")
    }

    @Test func clocksAndLevels() {
        #expect(CallMeter.clock(5) == "00:05" && CallMeter.clock(3725) == "1:02:05" && CallMeter.clock(-1) == "00:00")
        #expect(CallMeter.bar(nil) == "silence" && CallMeter.bar(0).hasPrefix("▮▮▮▮▮▮▮▮▮▮"))
        #expect(CallMeter.bar(-60).hasPrefix("▯▯▯▯▯▯▯▯▯▯") && CallMeter.bar(-.infinity).hasPrefix("▯"))
    }

    @Test func aQRCodeHasItsQuietZoneAndItsFinders() throws {
        let lines = try #require(QRCode.lines(of: "PARLEY", colours: true))
        // Version 1 has 21 modules; with four of quiet on each side 29, two rows to a line.
        #expect(lines.count == 15)
        let plain = lines.map { $0.dropFirst("\u{1B}[37;40m".count).dropLast("\u{1B}[0m".count) }
        #expect(
            plain.allSatisfy { $0.count == 29 } && plain[0].allSatisfy { $0 == "█" }
                && plain[1].allSatisfy { $0 == "█" })
        #expect(plain[2].hasPrefix("████ ▄▄▄▄▄ █") && plain[2].hasSuffix("█ ▄▄▄▄▄ ████"))
        #expect(QRCode.lines(of: "PARLEY", colours: false) == plain.map(String.init))
        #expect(QRCode.lines(of: String(repeating: "a", count: 5000), colours: true) == nil)
    }

    @Test func cardsAreReadAsTheyAreWritten() {
        let cards = [
            VCard(name: "Alice, the; one\\", peer: String(repeating: "a", count: 100)),
            VCard(name: "Zoë " + String(repeating: "ö", count: 60), peer: "b"),
        ]
        let text = cards.map(\.text).joined()
        #expect(VCard.cards(in: text) == cards)
        #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 75 })
    }

    @Test func cardsOfOthersAreLeftOut() {
        let text = """
            BEGIN:VCARD
            VERSION:3.0
            FN;CHARSET=UTF-8:Somebody
            TEL:1
            END:VCARD
            BEGIN:VCARD
            fn:Bob
            IMPP;TYPE=home:parley:xyz
            END:VCARD
            """
        #expect(VCard.cards(in: text) == [VCard(name: "Bob", peer: "xyz")])
    }
}
