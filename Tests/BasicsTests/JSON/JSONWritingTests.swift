import Basics
import TestSupport
import Testing

@Suite struct JSONWritingTests {
    @Test func canonicalNamesStandInOrderOfUTF16() {
        // U+1F602 begins with the surrogate D83D, below U+FB33, though its scalar is above.
        let value: JSONValue = ["\u{FB33}": 1, "\u{1F602}": 2, "a": 3, "B": 4]
        #expect(value.text(.canonical) == "{\"B\":4,\"a\":3,\"\u{1F602}\":2,\"\u{FB33}\":1}")
    }

    @Test func onlyWhatMustBeEscapedIs() {
        let value: JSONValue = "\u{0}\u{8}\t\n\u{C}\r\u{1F}\"\\/\u{7F}é\u{2028}"
        #expect(value.text() == #""\u0000\b\t\n\f\r\u001f\"\\/"# + "\u{7F}é\u{2028}\"")
    }

    @Test func indentedTextIsForPeople() {
        let value: JSONValue = ["a": [1, []], "b": [:]]
        #expect(value.text(.indented) == "{\n  \"a\": [\n    1,\n    []\n  ],\n  \"b\": {}\n}")
    }

    @Test func membersWithoutValueAreLeftOut() {
        #expect(JSONValue(members: ["a": 1, "b": nil, "c": .null]).text() == "{\"a\":1,\"c\":null}")
    }

    @Test("what is written is read the same", arguments: 0..<32 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<50 {
            let value = JSONValue.random(depth: 4, using: &random)
            for layout in [JSONValue.Layout.compact, .indented] {
                #expect(try JSONValue(parsing: value.text(layout)) == value)
                #expect(try JSON5Node(parsing: value.text(layout)).json == value)
            }
            let canonical = value.encoded(.canonical)
            #expect(try JSONValue(parsing: canonical).encoded(.canonical) == canonical)
        }
    }

    @Test("changed bytes are refused or read, never a trap", arguments: 0..<32 as Range<UInt64>)
    func mutations(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<200 {
            var bytes = JSONValue.random(depth: 3, using: &random).encoded()
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let value = try? JSONValue(parsing: bytes) {
                #expect((try? JSONValue(parsing: value.text())) == value)
            }
            _ = try? JSON5Node(parsing: bytes.rawSpan)
        }
    }
}

extension JSONValue {
    fileprivate static func random(depth: Int, using random: inout SplitMix) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return JSONValue(Int64.random(in: .min ... .max, using: &random))
        case 3: return JSONValue(Double(bitPattern: random.next()))
        case 4: return .string(randomText(using: &random))
        case 5, 6:
            let count = Int.random(in: 0...4, using: &random)
            return .array((0..<count).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                object[randomText(using: &random)] = .random(depth: depth - 1, using: &random)
            }
            return .object(object)
        }
    }

    private static func randomText(using random: inout SplitMix) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let limit: UInt32 = [0x80, 0x800, 0x1_0000, 0x11_0000].randomElement(using: &random) ?? 0x80
            Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)).map { text.append($0) }
        }
        return String(text)
    }
}
