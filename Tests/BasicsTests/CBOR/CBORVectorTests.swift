import Basics
import Foundation
import TestSupport
import Testing

/// The examples of RFC 8949 appendix A.
@Suite(.enabled(if: Vectors.folder("cbor") != nil, "PARLEY_VECTORS is not set"))
struct CBORVectorTests {
    private func cases() throws -> [JSONValue] {
        let file = try #require(Vectors.folder("cbor")).appendingPathComponent("appendix_a.json")
        return try #require(try JSONValue(parsing: [UInt8](Data(contentsOf: file)).rawSpan).array)
    }

    @Test func everyExampleIsReadAsWhatItMeansAndWrittenDeterministically() throws {
        var passed = 0, failed = 0
        for example in try cases() {
            let hexadecimal = try #require(example["hex"]?.string), bytes = try #require(Hex.decode(hexadecimal))
            if hexadecimal == "f818" {
                #expect(throws: CBORError.malformed) { try CBORValue(decoding: bytes, by: .lenient) }
                continue
            }
            let value = try CBORValue(decoding: bytes, by: .lenient)
            var isRight = meansTheSame(value, example)
            if example["roundtrip"] == true {
                let again = try? CBORValue(decoding: bytes)
                isRight = isRight && value.encoded == bytes && again == value
            } else if value.encoded != bytes {
                isRight = isRight && (try? CBORValue(decoding: bytes)) == nil
            }
            if isRight { passed += 1 } else { failed += 1 }
            #expect(isRight, "\(hexadecimal) became \(value)")
        }
        Vectors.report(
            "cbor", passed: passed, failed: failed,
            notForUs: ["simple(24), which RFC 8949 §3.3 forbids and RFC 7049 allowed, refused": 1])
        #expect(passed > 0 && failed == 0)
    }

    private func meansTheSame(_ value: CBORValue, _ example: JSONValue) -> Bool {
        if let decoded = example["decoded"] { return decoded.cborMeaning(like: value) }
        let isChunked = example["diagnostic"] == "(_ h'0102', h'030405')"
        return example["diagnostic"]?.string == diagnostic(value) || isChunked && value == .bytes([1, 2, 3, 4, 5])
    }
}

extension JSONValue {
    /// Whether this JSON value says what `value` is.
    fileprivate func cborMeaning(like value: CBORValue) -> Bool {
        switch (self, value) {
        case (.null, .null): true
        case (.bool(let left), let right): right.bool == left
        case (.string(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.number(let left), .float(let right)):
            left.double == right && (right != 0 || left.double.sign == right.sign)
        case (.number(let left), let right): left.text == decimal(right)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.cborMeaning(like: $1) }
        case (.object(let left), .map(let right)):
            left.members.count == right.count
                && left.members.allSatisfy { member in
                    right[item: .text(member.name)].map { member.value.cborMeaning(like: $0) } ?? false
                }
        case (.null, _), (.string, _), (.array, _), (.object, _): false
        }
    }

    private func decimal(_ value: CBORValue) -> String? {
        switch value {
        case .unsigned(let number): "\(number)"
        case .negative(let number): number == .max ? "-18446744073709551616" : "-\(number + 1)"
        case .tagged(2, .bytes(let bytes)): bignum(bytes)
        case .tagged(3, .bytes(let bytes)): "-" + bignum(bytes, plus: 1)
        default: nil
        }
    }

    private func bignum(_ bytes: [UInt8], plus one: UInt8 = 0) -> String {
        // 65 bits are enough here: 128-bit arithmetic of the standard library.
        "\(bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } + UInt128(one))"
    }
}

/// The diagnostic notation (RFC 8949 §8) of what the examples that JSON cannot say contain.
private func diagnostic(_ value: CBORValue) -> String {
    switch value {
    case .unsigned(let number): "\(number)"
    case .negative(let number): "-\(number + 1)"
    case .bytes(let bytes): "h'\(Hex.encode(bytes))'"
    case .text(let text): "\"\(text)\""
    case .array(let items): "[" + items.map(diagnostic).joined(separator: ", ") + "]"
    case .map(let map):
        "{" + zip(map.keys, map.values).map { "\(diagnostic($0)): \(diagnostic($1))" }.joined(separator: ", ") + "}"
    case .tagged(let tag, let item): "\(tag)(\(diagnostic(item)))"
    case .undefined: "undefined"
    case .simple(let number): "simple(\(number))"
    case .float(let number):
        number.isNaN ? "NaN" : number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : "\(number)"
    }
}
