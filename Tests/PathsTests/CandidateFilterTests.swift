import Basics
import Paths
import Testing

/// PROTOCOL §4, "Candidates from a peer".
@Suite struct CandidateFilterTests {
    private func verdict(_ text: String, _ filter: CandidateFilter = CandidateFilter(trust: .contact)) throws
        -> CandidateFilter.Verdict
    {
        filter.verdict(on: try #require(SocketAddress(text)))
    }

    @Test(
        arguments: [
            ("198.51.100.7:4500", nil), ("10.1.2.3:1", nil), ("[2001:db8::1]:65535", nil),
            ("127.0.0.1:4500", .loopback),
            ("127.255.0.9:4500", .loopback), ("[::1]:4500", .loopback), ("224.0.0.1:5353", .multicast),
            ("239.255.255.250:1900", .multicast), ("[ff02::fb]:5353", .multicast), ("255.255.255.255:9", .broadcast),
            ("0.0.0.0:4500", .unspecified), ("0.1.2.3:4500", .unspecified), ("[::]:4500", .unspecified),
            ("198.51.100.7:0", .noPort), ("[fe80::1]:4500", .noScope),
        ] as [(String, CandidateFilter.Refusal?)])
    func addressesOfNoSinglePeerAreRefused(text: String, refusal: CandidateFilter.Refusal?) throws {
        #expect(try verdict(text) == refusal.map { .refused($0) } ?? .accepted)
    }

    @Test func mappedAddressesAreJudgedByWhatTheyName() {
        let filter = CandidateFilter(trust: .contact)
        let loopback = SocketAddress(IPAddress(v6: 0, 0xFFFF_7F00_0001), port: 4_500)
        #expect(filter.verdict(on: loopback) == .refused(.loopback))
        let multicast = SocketAddress(IPAddress(v6: 0, 0xFFFF_E000_0001), port: 4_500)
        #expect(filter.verdict(on: multicast) == .refused(.multicast))
    }

    @Test func loopbackIsForPeersOnThisMachine() throws {
        let filter = CandidateFilter(trust: .contact, isSameMachine: true)
        #expect(try verdict("127.0.0.1:4500", filter) == .accepted)
        #expect(try verdict("[::1]:4500", filter) == .accepted)
        #expect(try verdict("224.0.0.1:4500", filter) == .refused(.multicast))
    }

    @Test func configuredServersAreRefusedAtTheirPortAlone() throws {
        let filter = CandidateFilter(
            trust: .contact, servers: [try #require(SocketAddress("203.0.113.5:3478"))],
            broadcasts: [IPAddress(v4: 0xC0A8_01FF)])
        #expect(try verdict("203.0.113.5:3478", filter) == .refused(.configuredServer))
        #expect(try verdict("203.0.113.5:50000", filter) == .accepted)
        #expect(try verdict("192.168.1.255:4500", filter) == .refused(.broadcast))
        #expect(try verdict("192.168.1.254:4500", filter) == .accepted)
    }

    @Test(arguments: ["10.0.0.1:1", "172.16.9.9:1", "192.168.0.1:1", "100.64.0.1:1", "169.254.1.1:1", "[fd00::1]:1"])
    func privateAddressesOfStrangersWaitForConfirmation(text: String) throws {
        #expect(try verdict(text, CandidateFilter(trust: .unconfirmed)) == .afterConfirmation)
        #expect(try verdict(text, CandidateFilter(trust: .confirmed)) == .accepted)
        #expect(try verdict(text, CandidateFilter(trust: .contact)) == .accepted)
    }

    @Test func publicAddressesOfStrangersAreTriedAtOnce() throws {
        #expect(try verdict("198.51.100.7:4500", CandidateFilter(trust: .unconfirmed)) == .accepted)
    }

    @Test func sixteenCandidatesAreJudgedAndRepetitionsOnce() throws {
        let filter = CandidateFilter(trust: .contact)
        let many = (0..<1_000).map { SocketAddress(IPAddress(v4: 0xC633_6400 + UInt32($0 / 2)), port: 4_500) }
        let judged = filter.judge(many)
        #expect(judged.count == 17)
        #expect(judged.prefix(16).allSatisfy { $0.verdict == .accepted } && judged[16].verdict == .refused(.tooMany))
        #expect(Set(judged.map(\.candidate)).count == 17)
        let bad = filter.judge((0..<16).map { SocketAddress(IPAddress(v4: 0xE000_0000 + UInt32($0)), port: 1) } + many)
        #expect(bad.allSatisfy { $0.verdict != .accepted })
    }
}
