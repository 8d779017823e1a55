import Basics
import TestSupport
import Testing

@Suite struct JSONNumberTests {
    // The sample lines of RFC 8785's author, and appendix B of the RFC.
    static let ecmaScriptNumbers: [(UInt64, String)] = [
        (0x4340_0000_0000_0001, "9007199254740994"), (0x4340_0000_0000_0002, "9007199254740996"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x8000_0000_0000_0000, "0"), (0, "0"),
        (1, "5e-324"), (0x8000_0000_0000_0001, "-5e-324"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0x4430_0000_0000_0000, "295147905179352830000"), (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"), (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"), (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"), (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ]

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("42", 42), ("1.0", 1), ("1e3", 1000), ("-12E1", -120),
        ("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("9007199254740992.0", 1 << 53),
    ])
    func wholeNumbersAreRead(text: String, value: Int64) throws {
        #expect(try JSONValue(parsing: text).number?.int64 == value)
    }

    @Test(arguments: [
        "1.5", "9223372036854775808", "1180591620717411303424", "1e30",
        "-1180591620717411303424", "1e-1",
    ])
    func whatIsNoWholeNumberOf64BitsIsNotOne(text: String) throws {
        #expect(try JSONValue(parsing: text).int == nil)
    }

    @Test func theTextIsKeptAsItWas() throws {
        let text = "[1.000000000000000005,1e-999,0.10,-0,9223372036854775808]"
        #expect(try JSONValue(parsing: text).text() == text)
    }

    @Test(arguments: Self.ecmaScriptNumbers)
    func canonicalNumbersAreThoseOfECMAScript(bits: UInt64, text: String) throws {
        let value = Double(bitPattern: bits)
        #expect(JSONNumber(value)?.canonicalText == text)
        #expect(JSONNumber(value)?.double == value)
    }

    @Test func infinityAndNaNAreNoNumbers() {
        #expect(JSONNumber(.infinity) == nil && JSONNumber(-.infinity) == nil && JSONNumber(Double.nan) == nil)
        #expect(JSONValue(Double.nan) == .null)
    }

    @Test("every binary64 survives its canonical text", arguments: 0..<8 as Range<UInt64>)
    func canonicalTextIsExact(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<2000 {
            let value = Double(bitPattern: random.next())
            guard let number = JSONNumber(value) else { continue }
            #expect(number.double == value)
            #expect(try JSONValue(parsing: number.text).number?.canonicalText == number.text)
        }
    }
}
