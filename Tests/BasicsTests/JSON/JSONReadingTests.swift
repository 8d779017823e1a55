import Basics
import Testing

@Suite struct JSONReadingTests {
    @Test(arguments: [
        ("", JSONError.Reason.unexpectedEnd, 0, 1, 1),
        ("[1,\n 2,\n  x]", .unexpectedCharacter, 10, 3, 3),
        ("{\"ä\": 01}", .unexpectedCharacter, 8, 1, 8),
        ("\"a\tb\"", .controlCharacter, 2, 1, 3),
        ("\"\\q\"", .invalidEscape, 2, 1, 3),
        ("[1.]", .invalidNumber, 3, 1, 4),
        ("{\"a\":1,\n\"a\":2}", .duplicateName("a"), 8, 2, 1),
        ("\"\\ud800x\"", .loneSurrogate, 1, 1, 2),
        ("\"\\udc00\\ud800\"", .loneSurrogate, 1, 1, 2),
        ("1e999", .numberOutOfRange, 0, 1, 1),
        ("1 2", .trailingText, 2, 1, 3),
    ])
    func errorsTellReasonAndPlace(text: String, reason: JSONError.Reason, offset: Int, line: Int, column: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.reason == reason && error?.byteOffset == offset)
        #expect(error?.line == line && error?.column == column, "\(text): \(error.map(\.description) ?? "read")")
    }

    @Test func invalidUTF8IsRefusedAtItsByte() {
        let bytes: [UInt8] = Array("\"ab".utf8) + [0xC3, 0x28] + Array("\"".utf8)
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(error?.reason == .invalidUTF8 && error?.byteOffset == 3)
    }

    @Test func aSurrogatePairIsOneCharacter() throws {
        #expect(try JSONValue(parsing: "\"\\uD834\\udd1e\"") == "\u{1D11E}")
    }

    @Test func nestingEndsAtTheLimit() throws {
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try JSONValue(parsing: deepest) }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[" + deepest + "]") }
        #expect(error?.reason == .tooDeep(limit: 64) && error?.byteOffset == 64)
    }

    @Test func namesAreComparedByBytesNotByEquivalence() throws {
        let value = try JSONValue(parsing: "{\"\u{E9}\": 1, \"e\u{301}\": 2}")
        #expect(value["\u{E9}"] == 1 && value["e\u{301}"] == 2)
    }

    @Test func membersKeepTheirOrder() throws {
        #expect(try JSONValue(parsing: "{\"b\":1,\"a\":2,\"c\":3}").object?.names == ["b", "a", "c"])
    }

    @Test func lastValueCountsWhereTheRulesSayso() throws {
        var rules = JSONReadingRules()
        rules.duplicateNames = .lastCounts
        #expect(try JSONValue(parsing: "{\"a\":1,\"b\":2,\"a\":3}", by: rules) == ["a": 3, "b": 2])
    }

    @Test func everyPrefixOfATextIsRefusedOrReadWithoutATrap() throws {
        let text = Array("{\"a\":[1,-2.5e3,\"\\u00e9ß\\n\",true,false,null],\"b\":{}}".utf8)
        for count in 0..<text.count {
            let prefix = Array(text.prefix(count))
            #expect(throws: JSONError.self) { try JSONValue(parsing: prefix) }
        }
    }
}
