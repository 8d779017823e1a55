import Basics
import Paths
import Testing

/// What may be sent before a path is proven, and on a path of signalling.
@Suite struct PathBudgetTests {
    @Test func threeTimesWhatCameMayGoBeforeTheProof() throws {
        let h = PathHarness()
        let path = try h.receive(400)
        #expect(h.info(path)?.kind == .host)
        #expect(h.allows(1_200, on: path) && !h.allows(1_201, on: path))
        h.send(1_000, on: path)
        #expect(h.allows(200, on: path) && !h.allows(201, on: path))
        #expect(try h.receive(100) == path)
        #expect(h.allows(500, on: path))
        try h.answer(on: path)
        #expect(h.allows(1 << 30, on: path))
    }

    /// Whoever sends from the address of another must not make us send more there than three times what came.
    @Test func challengesAreWithinTheLimit() throws {
        let h = PathHarness()
        let path = try h.receive(25)
        h.send(34, on: path)
        try h.pass(.milliseconds(200))
        h.send(34, on: path)
        try h.pass(.seconds(20))
        #expect(h.messages.map(\.message.kind) == [.challenge, .challenge])
    }

    @Test func addedPathMayBeSentNothingButItsChallenge() throws {
        let h = PathHarness()
        let path = try h.add()
        #expect(!h.allows(1, on: path))
        #expect(h.messages.count == 1)
    }

    @Test func signalPathCarriesSixtyFourPacketsAHandshake() throws {
        let h = PathHarness()
        let path = try h.add(.signal, .route(9))
        #expect(h.messages.isEmpty && h.nextTimeout == .distantFuture)
        #expect(h.active == nil && h.activeForControl == path)
        for _ in 0..<64 {
            #expect(h.allows(100, on: path))
            h.send(100, on: path)
        }
        #expect(!h.allows(1, on: path))
        h.table.handshakeCompleted()
        #expect(h.allows(100, on: path))
    }

    @Test func signalPathCarriesThirtyTwoKibibytesAHandshake() throws {
        let h = PathHarness()
        let path = try h.add(.signal, .route(9))
        for _ in 0..<27 { h.send(1_200, on: path) }
        #expect(h.allows(368, on: path) && !h.allows(369, on: path))
    }

    @Test func unknownPathAllowsNothing() {
        #expect(!PathHarness().allows(1, on: PathID(rawValue: 3)))
    }

    @Test func tableIsBoundedAndNewPathsDisplaceUnprovenOnes() throws {
        let h = PathHarness()
        let first = try h.add(isProven: true)
        let ids = try (1..<16).map { try h.receive(from: PathHarness.ends(UInt32($0 + 1))) }
        #expect(h.all.count == 16)
        _ = h.takeReports()
        _ = try h.receive(from: PathHarness.ends(200))
        #expect(h.takeReports() == [.down(ids[0], .displaced)])
        for index in 0..<1_000 { _ = try h.receive(from: PathHarness.ends(7, port: UInt16(5_000 + index))) }
        #expect(h.all.count == 16 && h.active == first && h.info(first)?.state == .up)
    }

    @Test func provenPathsAreNotDisplaced() throws {
        let h = PathHarness()
        for index in 0..<16 { _ = try h.add(.host, PathHarness.ends(UInt32(index)), isProven: true) }
        #expect(h.mayAdd(.host, PathHarness.ends(99)) == nil)
        #expect(h.mayReceive(from: PathHarness.ends(99)) == nil)
        #expect(h.mayReceive(from: .route(4)) == nil)
    }
}
