import Age
import Basics
import Crypto
import Journal
import JournalTestSupport
import Testing

/// What is personal stands in sidecars, under commitments, and goes when its key goes.
@Suite struct SidecarTests {
    @Test func onlyTheStorageKeyOpensWhatIsPersonal() throws {
        var bench = JournalBench(seed: 1)
        let contact = SubjectID(using: &bench.random)
        try bench.append(.contactAdd(contact, peer: "7QK-PEER", name: "Ada Lovelace"))
        try bench.append(.contactChange(contact, name: "Ada King"))
        bench.stop()
        let opened = try JournalQuery().entries(in: bench.disk, openedBy: bench.storage)
        #expect(opened[1].personal == [JSONObject([("name", "Ada Lovelace"), ("peer", "7QK-PEER")])])
        #expect(opened[2].personal == [JSONObject([("name", "Ada King")])])
        #expect(opened[1].entry.sealed[0].keyID == opened[2].entry.sealed[0].keyID)
        let stranger = AgeIdentity(bench.random.secretBytes(32))
        let closed = try JournalQuery().entries(in: bench.disk, openedBy: stranger)
        #expect(closed[1].personal == [nil])
    }

    @Test func nothingPersonalStandsInTheClear() throws {
        var bench = JournalBench(seed: 2)
        let contact = SubjectID(using: &bench.random)
        try bench.append(.contactAdd(contact, peer: "7QK-PEER", name: "Ada Lovelace"))
        try bench.append(
            .callInvite(contact, isOutgoing: false, sharedCallID: "SHARED-CALL", media: ["audio"]),
            call: LocalCallID(using: &bench.random))
        try bench.append(
            .pathSelected(contact, kind: "host", roundTripTime: nil, local: "192.0.2.99:1", remote: "203.0.113.99:2"))
        bench.stop()
        for (path, bytes) in bench.disk.files {
            let text = String(decoding: bytes, as: UTF8.self)
            for secret in ["Ada", "7QK-PEER", "SHARED-CALL", "192.0.2.99", "203.0.113.99"] {
                #expect(!text.contains(secret), "\(secret) in \(path)")
            }
        }
    }

    @Test func erasingKeyAndSidecarLeavesTheLogValid() throws {
        var bench = JournalBench(seed: 3)
        let contact = SubjectID(using: &bench.random)
        try bench.append(.contactAdd(contact, peer: "7QK-PEER", name: "Ada Lovelace"))
        bench.stop()
        for path in bench.disk.files.keys where path.hasPrefix("pii/") || path.hasPrefix("keys/") {
            bench.disk.files[path] = nil
        }
        #expect(try JournalVerifier.verify(bench.disk).warnings.isEmpty)
        #expect(try JournalQuery().entries(in: bench.disk, openedBy: bench.storage)[1].personal == [nil])
    }

    @Test func aSidecarThatWasChangedDoesNotOpen() throws {
        var bench = JournalBench(seed: 4)
        let contact = SubjectID(using: &bench.random)
        try bench.append(.contactAdd(contact, peer: "7QK-PEER", name: "Ada Lovelace"))
        bench.stop()
        let path = try #require(bench.disk.files.keys.first { $0.hasPrefix("pii/") })
        let file = try #require(bench.disk.files[path])
        for offset in file.indices {
            var disk = bench.disk
            disk.files[path]?[offset] ^= 4
            #expect(
                try JournalQuery().entries(in: disk, openedBy: bench.storage)[1].personal == [nil], "byte \(offset)")
        }
    }

    @Test func anotherRunUsesOtherKeys() throws {
        var bench = JournalBench(seed: 5)
        let contact = SubjectID(using: &bench.random)
        try bench.append(.contactAdd(contact, peer: "7QK-PEER", name: "Ada"))
        bench.drain()
        // The crash tears the last frame; the next run must still be readable.
        let path = try #require(bench.disk.files.keys.first { $0.hasPrefix("pii/") })
        bench.disk.files[path]?.append(contentsOf: [0, 0, 1])
        var again = try JournalBench(reopening: bench.disk, seed: 5)
        try again.append(.contactChange(contact, name: "Ada King"))
        again.stop()
        let opened = try JournalQuery().entries(in: again.disk, openedBy: again.storage)
        #expect(opened.compactMap { $0.personal.first ?? nil }.count == 2)
    }
}
