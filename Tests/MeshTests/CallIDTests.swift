import Mesh
import TestSupport
import Testing

@Suite struct CallIDTests {
    @Test func sixteenBytesComeBackFromTheText() {
        var random = SplitMix(seed: 5)
        for _ in 0..<200 {
            let id = CallID(using: &random)
            #expect(CallID(id.bytes) == id)
            #expect(CallID(text: id.description) == id)
            #expect(id.description.count == 22)
        }
    }

    @Test func otherNumbersOfBytesAreNoIdentifier() {
        for count in [0, 1, 15, 17, 32] { #expect(CallID([UInt8](repeating: 1, count: count)) == nil) }
        for text in ["", "AAAA", "*", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAAA=="] {
            #expect(CallID(text: text) == nil, "\(text)")
        }
    }

    @Test func theOrderIsThatOfTheBytes() {
        var random = SplitMix(seed: 6)
        for _ in 0..<500 {
            let left = CallID(using: &random), right = CallID(using: &random)
            #expect((left < right) == left.bytes.lexicographicallyPrecedes(right.bytes))
        }
        let zero = [UInt8](repeating: 0, count: 16)
        for index in 0..<16 {
            var greater = zero
            greater[index] = 0x80
            #expect(CallID(zero).map { id in CallID(greater).map { id < $0 } } == true)
        }
    }
}
