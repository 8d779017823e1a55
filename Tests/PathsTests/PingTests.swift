import Basics
import Paths
import Testing

@Suite struct PingTests {
    @Test func pingMeasuresTheRoundTrip() throws {
        let h = PathHarness()
        let path = try h.add(isProven: true)
        _ = h.takeReports()
        let ping = try h.ping()
        h.now += .milliseconds(17)
        try h.answer(on: path)
        #expect(h.takeReports() == [.pong(ping, path, .milliseconds(17))])
        try h.answer(on: path)  // a repeated answer says nothing
        #expect(h.takeReports() == [])
    }

    @Test func unansweredPingTimesOutOnce() throws {
        let h = PathHarness()
        let path = try h.add(isProven: true)
        _ = h.takeReports()
        let ping = try h.ping(path, timeout: .milliseconds(700))
        let begin = h.now
        try h.pass(.milliseconds(699))
        #expect(h.takeReports() == [])
        try h.pass(.milliseconds(1))
        #expect(h.takeReports() == [.pingTimedOut(ping, path)])
        try h.answer(on: path)
        #expect(h.takeReports() == [])
        #expect(h.now - begin == .milliseconds(700))
    }

    @Test func pingOfALostPathTimesOutWithIt() throws {
        let h = PathHarness()
        let path = try h.add(isProven: true)
        let ping = try h.ping()
        _ = h.takeReports()
        h.remove(path)
        #expect(
            h.takeReports() == [.pingTimedOut(ping, path), .down(path, .removed), .changed(from: path, to: nil)])
        #expect(h.mayPing() == nil && h.mayPing(path) == nil)
    }

    @Test func pingsAreBounded() throws {
        let h = PathHarness()
        _ = try h.add(isProven: true)
        let ids = (0..<20).compactMap { _ in h.mayPing() }
        #expect(ids.count == PathTable.pingCapacity && Set(ids).count == ids.count)
        try h.pass(.seconds(3))
        #expect(h.mayPing() != nil)
    }
}
