import Basics
import Testing

@Suite struct Bytes32Tests {
    private let counting = Array(UInt8(0)..<32)

    @Test func onlyThirtyTwoBytesAreOne() {
        #expect(Bytes32(counting)?.array == counting)
        #expect(Bytes32(Array(counting.dropLast())) == nil && Bytes32(counting + [0]) == nil)
    }

    @Test func orderIsThatOfTheBytes() throws {
        var other = counting
        other[7] = 255
        let first = try #require(Bytes32(counting)), second = try #require(Bytes32(other))
        #expect(first < second && !(second < first) && !(first < first) && Bytes32.zero < first)
        #expect(first != second && Set([first, first, second]).count == 2)
    }

    @Test func theTextIsHexadecimal() {
        #expect(Bytes32(counting)?.description == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    }

    @Test func hexadecimalIsReadInEitherCaseAndInPairs() {
        #expect(Hex.decode("00fFAa") == [0, 255, 170] && Hex.encode([0, 255, 170]) == "00ffaa")
        #expect(Hex.decode("0") == nil && Hex.decode("0g") == nil && Hex.decode("") == [])
    }
}
