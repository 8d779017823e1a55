import Basics
import Mesh
import TestSupport
import Testing

@Suite struct GroupedTextTests {
    @Test func bytesOfEveryLengthComeBack() throws {
        var random = SplitMix(seed: 1)
        for byteCount in 0...260 {
            let bytes = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = GroupedText.encode(bytes)
            #expect(try GroupedText.decode(text) == bytes)
            let groups = text.split(separator: "-").map(\.count)
            #expect(groups.dropLast().allSatisfy { $0 == 14 })
        }
    }

    /// By another implementation of Docs/PROTOCOL.md §1.
    @Test func theTextIsThatOfTheProtocol() {
        let ones = "aeaqcaibaeaqcd-aibaeaqcaibaeb-aqcaibaeaqcaig-baeaqcaibaeaqy"
        #expect(GroupedText.encode([UInt8](repeating: 1, count: 32)) == ones)
        let text = "aaaqeayeaudao5-cajbifqydiob4s-ibceqtcqkrmfyt-ydenbwha5dyps2-aijcemsckjrhq"
        #expect(GroupedText.encode(Array(0..<40)) == text)
    }

    @Test func caseHyphensAndSpacesDoNotMatter() throws {
        let bytes = Array(UInt8(0)..<40), text = GroupedText.encode(bytes)
        let spellings = [
            text.uppercased(), text.replacing("-", with: ""), text.replacing("-", with: " "),
            text.map { "\($0) " }.joined(), "--\(text)- -",
        ]
        for spelling in spellings { #expect(try GroupedText.decode(spelling) == bytes) }
    }

    @Test func digitsThatLookLikeLettersAreReadAsThem() throws {
        var random = SplitMix(seed: 2)
        for _ in 0..<50 {
            let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = GroupedText.encode(bytes)
            let typed = text.replacing("o", with: "0").replacing("l", with: "1").replacing("b", with: "8")
            #expect(try GroupedText.decode(typed) == bytes)
        }
    }

    /// The unused bits at the end are zero: one text for each byte string.
    @Test func noTwoTextsMeanTheSameBytes() {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        for byte in [UInt8(0), 1, 7, 0x55, 0xAA, 0xFE, 0xFF] {
            let text = GroupedText.encode([byte])
            let others = alphabet.flatMap { second in alphabet.map { String([text.first ?? "a", second, $0]) } }
            let readable = others.filter { (try? GroupedText.decode($0)) == [byte] }
            #expect(readable == [text])
        }
    }

    @Test func lengthsThatNoBytesHaveAreRefused() {
        for count in [1, 15, 29] {
            #expect(throws: GroupedText.Failure.self) { try GroupedText.decode(String(repeating: "a", count: count)) }
        }
    }

    @Test func nonsenseOfAnyLengthDoesNotTrap() {
        var random = SplitMix(seed: 3)
        for _ in 0..<800 {
            let text = String(decoding: Samples.noise(using: &random), as: UTF8.self)
            _ = try? GroupedText.decode(text)
            let letters = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                "abz27- ".randomElement(using: &random) ?? "a"
            }
            _ = try? GroupedText.decode(String(letters))
        }
    }
}
