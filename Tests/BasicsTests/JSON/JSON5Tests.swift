import Basics
import Testing

@Suite struct JSON5Tests {
    @Test func theSampleOfTheSpecificationIsRead() throws {
        let text = """
            {
              // comments
              unquoted: 'and you can quote me on that',
              singleQuotes: 'I can use "double quotes" here',
              lineBreaks: "Look, Mom! \\
            No \\\\n's!",
              hexadecimal: 0xdecaf,
              leadingDecimalPoint: .8675309, andTrailing: 8675309.,
              positiveSign: +1,
              trailingComma: 'in objects', andIn: ['arrays',],
              /* and
                 more */ "backwardsCompatible": "with JSON",
            }
            """
        let value = try JSON5Node(parsing: text).json
        #expect(
            value == [
                "unquoted": "and you can quote me on that", "singleQuotes": "I can use \"double quotes\" here",
                "lineBreaks": "Look, Mom! No \\n's!", "hexadecimal": 912559,
                "leadingDecimalPoint": 0.8675309, "andTrailing": 8675309, "positiveSign": 1,
                "trailingComma": "in objects", "andIn": ["arrays"], "backwardsCompatible": "with JSON",
            ])
    }

    @Test func everyValueKnowsItsLine() throws {
        let text = "{\n  listen: {\n    // the port\n    port:\n      1,\n  },\n  stun: [\n 'a',\n'b']}"
        let node = try JSON5Node(parsing: text)
        #expect(node.line == 1)
        #expect(node["listen"]?.line == 2)
        #expect(node["listen"]?.members?.first?.line == 4 && node["listen"]?["port"]?.line == 5)
        guard case .array(let stun)? = node["stun"]?.content else { return #expect(Bool(false)) }
        #expect(stun.map(\.line) == [8, 9])
    }

    @Test(arguments: [
        ("'\\x41\\u00e9\\v\\0\\a\\'\\\u{2028}'", "Aé\u{B}\0a'"), ("'tab\there'", "tab\there"), ("\"it's\"", "it's"),
        ("'\u{2028}'", "\u{2028}"),
    ])
    func stringsAreThoseOfECMAScript(text: String, value: String) throws {
        #expect(try JSON5Node(parsing: text).json == .string(value))
    }

    @Test(arguments: [
        ("\u{FEFF}1", "1"), ("\u{A0}\u{2003}[]\u{B}", "[]"), ("-0x10", "-16"), ("-.5e2", "-0.5e2"), ("5.e1", "5e1"),
        ("{ünï_$1: 1}", "{\"ünï_$1\":1}"), ("{\\u0061b: 1}", "{\"ab\":1}"), ("{null: null}", "{\"null\":null}"),
        ("/**/true//", "true"),
    ])
    func otherLegalFormsAreRead(text: String, value: String) throws {
        #expect(try JSON5Node(parsing: text).json.text() == value)
    }

    @Test(arguments: [
        "", "{,}", "[,]", "[1,,2]", "010", "0x", "1x", "'a\nb'", "'\\1'", "'\\01'", "Infinity", "-NaN", "+ 1", "truex",
        "{1a: 1}", "{a-b: 1}", "{a 1}", "/* open", "/", "[1 2]", "{a: 1 b: 2}", "{a: 1, 'a': 2}", "0xFFFFFFFFFFFFFFFFF",
        ".", "1e", "'\\ud800'", "1e999", "undefined",
    ])
    func illegalTextsAreRefused(text: String) {
        #expect(throws: JSONError.self) { try JSON5Node(parsing: text) }
    }

    @Test func errorsTellTheLine() {
        let error = #expect(throws: JSONError.self) { try JSON5Node(parsing: "{\n// x\n a: 1,\n b = 2}") }
        #expect(error?.line == 4 && error?.column == 4)
    }

    @Test func nestingEndsAtTheLimit() {
        let text = String(repeating: "[", count: 100_000)
        let error = #expect(throws: JSONError.self) { try JSON5Node(parsing: text) }
        #expect(error?.reason == .tooDeep(limit: 64))
    }
}
