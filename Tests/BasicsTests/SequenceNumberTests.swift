import Basics
import Testing

@Suite struct SequenceNumberTests {
    @Test(arguments: [UInt16(0), 1, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF])
    func orderIsByTheShorterWayRound(start: UInt16) {
        let number = SequenceNumber(rawValue: start)
        for steps in [1, 2, 100, 0x7FFF] {
            let later = number.advanced(by: steps)
            #expect(later.isNewer(than: number) && !number.isNewer(than: later))
            #expect(later.distance(from: number) == steps && number.distance(from: later) == -steps)
        }
        #expect(number.distance(from: number.advanced(by: 0x8000)) == -0x8000)
        #expect(!number.isNewer(than: number) && number.next == number.advanced(by: 1))
        #expect(number.next.advanced(by: -1) == number)
    }

    @Test func packetsAreOrderedByKeyThenCounter() {
        let numbers = [(0, 5), (1, 0), (1, 7), (2, 1)].map { PacketNumber(epoch: $0.0, counter: $0.1) }
        #expect(numbers.reversed().sorted() == numbers)
    }

    @Test func permitClassesAreASet() {
        let set: PermitClasses = [.control, PermitClasses(.media)]
        #expect(set.contains(.media) && set.contains(.control as PermitClass) && !set.contains(.file))
        #expect(PermitClass.allCases.allSatisfy { PermitClasses.all.contains($0) })
    }
}
