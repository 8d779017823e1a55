import Basics
import Testing

@Suite struct CBORDecodingTests {
    private func error(of hexadecimal: String, by rules: CBORReadingRules = CBORReadingRules()) throws -> CBORError? {
        let bytes = try #require(Hex.decode(hexadecimal))
        do throws(CBORError) { _ = try CBORValue(decoding: bytes, by: rules) } catch { return error }
        return nil
    }

    @Test(arguments: [
        "1817", "190017", "1a0000ffff", "1b00000000ffffffff", "3800", "5800", "790000",  // longer than needed
        "9800", "b800", "d80100", "5f4101ff", "9fff", "bfff", "7f6161ff",
        "fa3f800000", "fb3ff0000000000000", "fa7f800000", "f97e01", "fa7fc00000",  // 1.0 and infinity, other NaNs
        "c24101", "c249000000000000000001", "c348ffffffffffffffff",
    ])
    func otherEncodingsOfTheSameAreRefused(hexadecimal: String) throws {
        #expect(try error(of: hexadecimal) == .notDeterministic)
        #expect(throws: Never.self) { try CBORValue(decoding: Hex.decode(hexadecimal) ?? [], by: .lenient) }
    }

    @Test(arguments: [
        ("a202010102", CBORError.notDeterministic),  // {2: 1, 1: 2}
        ("a201010102", .duplicateKey), ("a2616101616102", .duplicateKey),
    ])
    func keysStandInOrderAndOnce(hexadecimal: String, expected: CBORError) throws {
        #expect(try error(of: hexadecimal) == expected)
    }

    @Test func duplicateKeysAreRefusedEvenLeniently() throws {
        #expect(try error(of: "a2010118010200", by: .lenient) == .duplicateKey)
        #expect(try error(of: "bf01010102ff", by: .lenient) == .duplicateKey)
    }

    @Test(arguments: [
        "1c", "1d", "1e", "1f", "3f", "df00", "fc", "f800", "f81f", "ff", "8200ff", "5f6161ff", "5f5f4100ffff",
        "7f41 61ff", "bf01ff", "61ff", "62c328", "7f61c361a9ff",
    ])
    func whatIsNotWellFormedIsRefused(hexadecimal: String) throws {
        let found = try error(of: hexadecimal.filter { $0 != " " }, by: .lenient)
        #expect(found == .malformed, "\(hexadecimal)")
    }

    @Test(arguments: ["", "18", "19ff", "1b00", "4401", "82", "8201", "a1", "a101", "c1", "f9", "fb00", "5f41", "9f01"])
    func whatStopsShortIsTruncated(hexadecimal: String) throws {
        #expect(try error(of: hexadecimal, by: .lenient) == .truncated)
    }

    @Test(arguments: [
        "5bffffffffffffffff", "9bffffffffffffffff", "bbffffffffffffffff", "9a7fffffff00",
        "bb7fffffffffffffff00",
    ])
    func promisedLengthsReserveNothing(hexadecimal: String) throws {
        #expect(try error(of: hexadecimal) == .truncated)
    }

    @Test func nestingAndItemsAreBounded() throws {
        let rules = CBORReadingRules()
        #expect(try error(of: String(repeating: "81", count: 16) + "00") == nil)
        #expect(try error(of: String(repeating: "81", count: 17) + "00") == .tooDeep)
        #expect(try error(of: String(repeating: "c1", count: 100_000) + "00") == .tooDeep)
        #expect(try error(of: String(repeating: "9f", count: 100_000), by: .lenient) == .tooDeep)
        let many = "991000" + String(repeating: "00", count: 4096)
        #expect(try error(of: many) == .tooManyItems && rules.maximumItems == 4096)
    }

    @Test func bytesAfterTheItemAreCounted() throws {
        #expect(try error(of: "000102") == .trailingBytes(2))
    }
}
