import Basics
import Testing

@Suite struct CBORFieldTests {
    private let map: CBORMap = [
        1: .bytes([1, 2, 3]), 2: 70_000, 3: "name", 4: [1, 2], 5: true, 6: -5, 7: [1: 2], 8: .bytes(Bytes32.zero),
    ]

    @Test func fieldsAreReadByNumber() throws {
        #expect(try map.bytes(1, count: 3) == [1, 2, 3] && map[1]?.bytes == [1, 2, 3])
        #expect(try map.uint(2) == 70_000 && map.uint(2, as: UInt32.self) == 70_000)
        #expect(try map.text(3, maximum: 4) == "name")
        #expect(try map.array(4, maximum: 2) == [1, 2])
        #expect(try map.bool(5) && map.int(6) == -5)
        #expect(try map.map(7).uint(1) == 2)
        #expect(try map.bytes32(8) == .zero)
    }

    @Test func missingFieldsAreNamed() {
        #expect(throws: CBORFieldError.missing(9)) { try map.uint(9) }
        #expect(throws: CBORFieldError.missing(9)) { try map.bytes(9, count: 0...10) }
    }

    @Test func fieldsOfAnotherTypeOrSizeAreNamed() {
        #expect(throws: CBORFieldError.unfit(1)) { try map.uint(1) }
        #expect(throws: CBORFieldError.unfit(1)) { try map.bytes(1, count: 4) }
        #expect(throws: CBORFieldError.unfit(2)) { try map.uint(2, as: UInt16.self) }
        #expect(throws: CBORFieldError.unfit(3)) { try map.text(3, maximum: 3) }
        #expect(throws: CBORFieldError.unfit(4)) { try map.array(4, maximum: 1) }
        #expect(throws: CBORFieldError.unfit(6)) { try map.uintIfPresent(6) }
        #expect(throws: CBORFieldError.unfit(1)) { try map.bytes32IfPresent(1) }
    }

    @Test func optionalFieldsMayBeAbsent() throws {
        #expect(try map.uintIfPresent(9) == nil && map.textIfPresent(9, maximum: 1) == nil)
        #expect(try map.bytesIfPresent(9, count: 1...2) == nil && map.mapIfPresent(9) == nil)
        #expect(try map.arrayIfPresent(9, maximum: 1).isEmpty && !map.boolIfPresent(9))
    }

    @Test func entriesStandInDeterministicOrderHoweverTheyCame() {
        var map: CBORMap = [100: 1, 10: 2]
        map[item: "z"] = 3
        map[item: "aa"] = 4
        map[item: -1] = 5
        #expect(map.keys == [10, 100, -1, "z", "aa"])  // RFC 8949 §4.2.1
        map[100] = nil
        map[10] = 6
        #expect(map.count == 4 && map[10] == 6 && map[100] == nil)
    }
}
