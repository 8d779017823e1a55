import Basics
import TestSupport
import Testing

@Suite struct CBORRoundTripTests {
    @Test("what is written is read the same, strictly", arguments: 0..<32 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<50 {
            let value = CBORValue.random(depth: 4, using: &random)
            #expect(try CBORValue(decoding: value.encoded) == value)
        }
    }

    @Test("what is read strictly is written the same", arguments: 0..<32 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<400 {
            var bytes = CBORValue.random(depth: 3, using: &random).encoded
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let value = try? CBORValue(decoding: bytes) { #expect(value.encoded == bytes) }
            if let value = try? CBORValue(decoding: bytes, by: .lenient) {
                #expect((try? CBORValue(decoding: value.encoded, by: .lenient))?.encoded == value.encoded)
            }
        }
    }

    @Test func numbersAtTheEdgesOfEachFormAreShortest() {
        let edges: [(CBORValue, Int)] = [
            (23, 1), (24, 2), (255, 2), (256, 3), (65_535, 3), (65_536, 5), (0xFFFF_FFFF, 5), (0x1_0000_0000, 9),
            (-24, 1), (-25, 2), (-256, 2), (-257, 3), (.int(.min), 9), (.unsigned(.max), 9), (.negative(.max), 9),
            (.float(0.5), 3), (.float(100_000), 5), (.float(0.1), 9), (.float(.nan), 3), (.float(-.infinity), 3),
        ]
        for (value, byteCount) in edges { #expect(value.encoded.count == byteCount, "\(value)") }
    }
}

extension CBORValue {
    fileprivate static func random(depth: Int, using random: inout SplitMix) -> CBORValue {
        let bits = random.next(), number = bits >> (bits & 63)
        switch Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &random) {
        case 0: return .unsigned(number)
        case 1: return .negative(number)
        case 2: return .bytes((0..<Int.random(in: 0...30, using: &random)).map { UInt8(truncatingIfNeeded: $0) })
        case 3: return .text(String(number, radix: 36))
        case 4: return .bool(bits & 1 == 0)
        case 5: return .simple(UInt8.random(in: 32...255, using: &random))
        case 6:
            let float = Double(bitPattern: bits)
            return .float(float.isNaN ? 1.5 : float)
        case 7: return .tagged(number | 4, .random(depth: depth - 1, using: &random))
        case 8:
            let count = Int.random(in: 0...4, using: &random)
            return .array((0..<count).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            var map = CBORMap()
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                map[item: .random(depth: depth - 2, using: &random)] = .random(depth: depth - 1, using: &random)
            }
            return .map(map)
        }
    }
}
