import Basics
import Testing

@Suite struct TimerTableTests {
    private enum Kind: CaseIterable, Hashable { case first, second, third }

    @Test func timersExpireInTheOrderOfTheirDeadlines() {
        var table = TimerTable<Kind>()
        #expect(table.next == nil)
        table[.first] = Instant(nanoseconds: 30)
        table[.second] = Instant(nanoseconds: 10)
        table[.third] = Instant(nanoseconds: 20)
        #expect(table.next?.kind == .second && table.next?.deadline == Instant(nanoseconds: 10))
        let now = Instant(nanoseconds: 20)
        #expect(table.popExpired(at: now) == .second && table.popExpired(at: now) == .third)
        #expect(table.popExpired(at: now) == nil && table[.first] == Instant(nanoseconds: 30))
    }

    @Test func aStoppedTimerDoesNotExpire() {
        var table = TimerTable<Kind>()
        table[.first] = .zero
        table[.first] = nil
        #expect(table.popExpired(at: .distantFuture) == nil)
    }

    @Test func aDeadlineThatNeverComesIsNoNextOne() {
        var table = TimerTable<Kind>()
        table[.first] = .distantFuture
        #expect(table.next == nil)
    }
}
