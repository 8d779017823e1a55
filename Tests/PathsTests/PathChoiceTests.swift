import Basics
import Paths
import Testing

/// Which path carries the data.
@Suite struct PathChoiceTests {
    @Test func provenComesBeforeUnprovenAndLowerRungBeforeHigher() throws {
        let h = PathHarness()
        let relay = try h.add(.turnUDP, PathHarness.ends(1), isProven: true)
        let host = try h.add(.host, PathHarness.ends(2))
        #expect(h.active == relay)
        try h.answer(on: host)
        #expect(h.active == host)
        #expect(h.takeReports().last == .changed(from: relay, to: host))
        h.remove(host)
        #expect(h.active == relay)
    }

    @Test func fasterPathOfTheSameRungIsTakenOnlyIfClearlyFaster() throws {
        let h = PathHarness()
        let first = try h.add(.host, PathHarness.ends(1), isProven: true)
        let second = try h.add(.host, PathHarness.ends(2), isProven: true)
        h.acknowledge(first, roundTrip: .milliseconds(100))
        h.acknowledge(second, roundTrip: .milliseconds(80))
        #expect(h.active == first)
        h.acknowledge(second, roundTrip: .milliseconds(60))
        #expect(h.active == second)
        h.acknowledge(first, roundTrip: .milliseconds(50))
        #expect(h.active == second)
    }

    @Test func silentPathIsDoubtedAskedAndLeft() throws {
        let h = PathHarness()
        let first = try h.add(.host, PathHarness.ends(1), isProven: true)
        let second = try h.add(.host, PathHarness.ends(2), isProven: true)
        h.acknowledge(first, roundTrip: .milliseconds(20))
        #expect(h.active == first)
        _ = h.takeReports()
        let count = h.messages.count
        h.send(on: first)
        try h.pass(.milliseconds(499))
        #expect(h.active == first)
        try h.pass(.milliseconds(1))
        #expect(h.info(first)?.state == .doubtful)
        #expect(h.takeReports() == [.changed(from: first, to: second)])
        #expect(h.messages.count > count && h.messages.last?.path == first)
        try h.answer(on: first)
        #expect(h.info(first)?.state == .up)
    }

    @Test func packetsThatAskForNothingRaiseNoDoubt() throws {
        let h = PathHarness()
        let path = try h.add(isProven: true)
        for _ in 0..<100 {
            h.send(on: path, asks: false)
            try h.pass(.milliseconds(100), answering: [path])
            #expect(h.info(path)?.state == .up)
        }
    }

    @Test func receiptsInTimeRaiseNoDoubt() throws {
        let h = PathHarness()
        let path = try h.add(isProven: true)
        for _ in 0..<100 {
            h.send(on: path)
            try h.pass(.milliseconds(300), answering: [path])
            h.acknowledge(path, roundTrip: .milliseconds(300))
            #expect(h.info(path)?.state == .up)
        }
    }

    @Test func followerGoesWhereTheDataComes() throws {
        let h = PathHarness(isControlling: false)
        let first = try h.add(.host, PathHarness.ends(1), isProven: true)
        let second = try h.add(.turnUDP, PathHarness.ends(2), isProven: true)
        #expect(try h.receive(from: PathHarness.ends(1)) == first)
        #expect(h.active == first)
        try h.pass(.milliseconds(300), answering: [first, second])
        #expect(try h.receive(from: PathHarness.ends(2), isData: false) == second)
        #expect(h.active == first)
        #expect(try h.receive(from: PathHarness.ends(2)) == second)
        #expect(h.active == second)
    }

    @Test func followerIsNotThrownAboutByDataOnTwoPaths() throws {
        let h = PathHarness(isControlling: false)
        let first = try h.add(.host, PathHarness.ends(1), isProven: true)
        let second = try h.add(.host, PathHarness.ends(2), isProven: true)
        _ = try h.receive(from: PathHarness.ends(1))
        _ = h.takeReports()
        for index in 0..<200 {
            _ = try h.receive(from: PathHarness.ends(UInt32(1 + index % 2)))
            try h.pass(.milliseconds(20), answering: [first, second])
        }
        #expect(h.takeReports() == [])
    }

    @Test func leaderDoesNotFollow() throws {
        let h = PathHarness()
        let first = try h.add(.host, PathHarness.ends(1), isProven: true)
        _ = try h.add(.host, PathHarness.ends(2), isProven: true)
        for _ in 0..<10 {
            _ = try h.receive(from: PathHarness.ends(2))
            h.now += .milliseconds(100)
        }
        #expect(h.active == first)
    }

    /// A contact whose address changes is heard from elsewhere; its new path is proven and taken within a second.
    @Test(arguments: [true, false])
    func changedAddressOfThePeerIsFollowed(isControlling: Bool) throws {
        let h = PathHarness(isControlling: isControlling)
        let old = try h.add(.host, PathHarness.ends(1), isProven: true)
        _ = try h.receive(from: PathHarness.ends(1))
        h.acknowledge(old)
        let moved = h.now
        var new: PathID?
        while h.active == old, h.now - moved < .seconds(5) {
            h.send(on: old)  // nobody is there any more
            new = try h.receive(from: PathHarness.ends(2))
            try h.pass(.milliseconds(20), answering: new.map { [$0] } ?? [])
            if let new { try h.answer(on: new) }
        }
        #expect(h.active == new && new != nil)
        #expect(h.now - moved <= .milliseconds(600))
    }

    @Test func changeOfTheNetworkAsksEveryPathAtOnce() throws {
        let h = PathHarness()
        let paths = try (1...3).map { try h.add(.host, PathHarness.ends($0), isProven: true) }
        for path in paths { try h.answer(on: path) }
        let before = h.messages.count
        h.table.networkChanged(at: h.now)
        #expect(h.nextTimeout == h.now)
        try h.pass(.zero)
        #expect(Set(h.messages[before...].map(\.path)) == Set(paths))
    }
}
