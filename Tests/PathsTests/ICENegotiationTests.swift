import Basics
import Paths
import TestSupport
import Testing

/// When ICE agents come and go, and what the two sides tell each other of them.
@Suite struct ICENegotiationTests {
    /// One side, with what it wanted done.
    private struct SideOfTwo {
        var negotiation: ICENegotiation
        var random = SplitMix(seed: 3)
        var number: UInt32
        var outputs: [ICENegotiation.Output] = []

        init(isControlling: Bool) {
            negotiation = ICENegotiation(isControlling: isControlling, policy: .all)
            number = isControlling ? 100 : 200
        }

        mutating func fresh() -> ICEAgentID {
            number += 1
            return ICEAgentID(rawValue: number)
        }

        mutating func drain() {
            while let output = negotiation.poll() { outputs.append(output) }
        }

        mutating func want(at now: Instant) {
            let id = fresh()
            negotiation.want(id, at: now, using: &random)
            drain()
        }

        mutating func hear(_ description: ICEDescription, at now: Instant) {
            let id = fresh()
            negotiation.handle(
                description, filter: CandidateFilter(trust: .confirmed), fresh: id, at: now, using: &random)
            drain()
        }

        mutating func hear(_ event: ICEEvent, of agent: ICEAgentID, at now: Instant) {
            negotiation.handle(event, of: agent, at: now)
            drain()
        }

        mutating func timeout(at now: Instant) {
            negotiation.timeout(at: now)
            drain()
        }

        var opened: [ICEAgentID] {
            outputs.compactMap { if case .command(.open(let id, _, _, _)) = $0 { id } else { nil } }
        }
        var closed: [ICEAgentID] {
            outputs.compactMap { if case .command(.close(let id)) = $0 { id } else { nil } }
        }
        var added: [ICECandidate] {
            outputs.flatMap { output -> [ICECandidate] in
                if case .command(.add(_, let candidates)) = output { candidates } else { [] }
            }
        }
        var said: [ICEDescription] {
            outputs.compactMap { if case .say(let description) = $0 { description } else { nil } }
        }
        var connected: [ICEAgentID] {
            outputs.compactMap { if case .connected(let id, _, _) = $0 { id } else { nil } }
        }
        var disconnected: [ICEAgentID] {
            outputs.compactMap { if case .disconnected(let id) = $0 { id } else { nil } }
        }
    }

    private let start = Instant(nanoseconds: 1_000_000_000)

    private func candidate(
        _ address: String, _ kind: ICECandidate.Kind = .host, priority: UInt32 = 1
    ) throws -> ICECandidate {
        let place = try #require(SocketAddress(address))
        return try #require(
            ICECandidate(
                foundation: "1", priority: priority, kind: kind, address: place,
                relayTransport: kind == .relayed ? .tcp : nil))
    }

    private func pair(_ local: ICECandidate.Kind, _ remote: ICECandidate) -> ICEPair {
        ICEPair(
            local: local, remote: remote.kind, localAddress: SocketAddress(IPAddress(v4: 1), port: 1),
            remoteAddress: remote.address)
    }

    @Test func bothSidesOpenOneAgentAGeneration() throws {
        var one = SideOfTwo(isControlling: true), other = SideOfTwo(isControlling: false)
        one.want(at: start)
        one.want(at: start)
        #expect(one.opened.count == 1 && one.said.count == 1)
        other.hear(one.said[0], at: start)
        #expect(other.opened.count == 1 && other.said.count == 1)
        #expect(other.outputs.contains(.command(.connect(other.opened[0], remote: one.said[0].credentials))))
        one.hear(other.said[0], at: start)
        #expect(one.opened.count == 1)
        #expect(one.outputs.contains(.command(.connect(one.opened[0], remote: other.said[0].credentials))))
        #expect(one.said[0].generation == other.said[0].generation)
    }

    @Test func bothMayBeginAtOnce() {
        var one = SideOfTwo(isControlling: true), other = SideOfTwo(isControlling: false)
        one.want(at: start)
        other.want(at: start)
        one.hear(other.said[0], at: start)
        other.hear(one.said[0], at: start)
        #expect(one.opened.count == 1 && other.opened.count == 1)
        #expect(one.closed.isEmpty && other.closed.isEmpty)
    }

    @Test func candidatesPassTheFilterOnceAndUpToSixteen() throws {
        var one = SideOfTwo(isControlling: true)
        one.want(at: start)
        let credentials = ICECredentials(using: &one.random)
        let good = try candidate("203.0.113.5:4000", .serverReflexive)
        var description = ICEDescription(
            generation: 1, credentials: credentials,
            candidates: [good, try candidate("127.0.0.1:1"), try candidate("224.0.0.1:9"), good])
        one.hear(description, at: start)
        one.hear(description, at: start)
        #expect(one.added == [good])
        for index in 0..<40 {
            description.candidates = [try candidate("203.0.113.6:\(5000 + index)", .serverReflexive)]
            one.hear(description, at: start)
        }
        #expect(one.added.count == 16)
    }

    @Test func privateAddressesWaitUntilOtherChecksHaveEnded() throws {
        var one = SideOfTwo(isControlling: true)
        one.want(at: start)
        let credentials = ICECredentials(using: &one.random)
        let home = try candidate("192.168.1.2:4000"), outside = try candidate("203.0.113.5:4000", .serverReflexive)
        one.hear(ICEDescription(generation: 1, credentials: credentials, candidates: [home, outside]), at: start)
        #expect(one.added == [outside])
        one.timeout(at: start + .milliseconds(899))
        #expect(one.added == [outside])
        #expect(one.negotiation.nextTimeout == start + .milliseconds(900))
        one.timeout(at: start + .milliseconds(900))
        #expect(one.added == [outside, home])
    }

    @Test func privateAddressesBehindOneNATAreTriedAtOnce() throws {
        for isOwnFirst in [true, false] {
            var one = SideOfTwo(isControlling: true)
            one.want(at: start)
            let credentials = ICECredentials(using: &one.random)
            let home = try candidate("192.168.1.2:4000"), outside = try candidate("203.0.113.5:4000", .serverReflexive)
            let own = try candidate("203.0.113.5:4001", .serverReflexive)
            if isOwnFirst { one.hear(.candidate(own), of: one.opened[0], at: start) }
            one.hear(ICEDescription(generation: 1, credentials: credentials, candidates: [home, outside]), at: start)
            if !isOwnFirst { one.hear(.candidate(own), of: one.opened[0], at: start) }
            #expect(Set(one.added) == [home, outside])
        }
    }

    @Test func privateAddressesAloneAreTriedAtOnce() throws {
        var one = SideOfTwo(isControlling: true)
        one.want(at: start)
        let credentials = ICECredentials(using: &one.random)
        let home = try candidate("192.168.1.2:4000")
        one.hear(
            ICEDescription(generation: 1, credentials: credentials, candidates: [home], isLast: true), at: start)
        #expect(one.added == [home])
    }

    @Test func aDeadAgentIsFollowedByAnotherLaterEachTime() throws {
        var one = SideOfTwo(isControlling: true)
        var now = start
        var waits: [Duration] = []
        for _ in 0..<8 {
            let count = one.opened.count
            let before = now
            while one.opened.count == count {
                one.timeout(at: now)
                one.want(at: now)
                if one.opened.count == count { now += .milliseconds(10) }
            }
            waits.append(now - before)
            one.hear(.failed, of: one.opened[one.opened.count - 1], at: now)
        }
        #expect(waits.first == .zero && waits[1] >= .milliseconds(250) && waits[2] >= .milliseconds(500))
        #expect(waits.allSatisfy { $0 <= .seconds(8) + .milliseconds(10) })
        #expect(Set(one.opened).count == 8 && Set(one.closed) == Set(one.opened))
    }

    @Test func theOldPairCarriesOnUntilTheNewOneDoes() throws {
        var one = SideOfTwo(isControlling: true)
        one.want(at: start)
        let remote = try candidate("203.0.113.5:4000", .serverReflexive)
        one.hear(.selected(pair(.host, remote)), of: one.opened[0], at: start)
        let id = one.fresh()
        one.negotiation.networkChanged(id, at: start, using: &one.random)
        one.drain()
        #expect(one.opened.count == 2 && one.disconnected.isEmpty)
        one.hear(.selected(pair(.host, remote)), of: one.opened[1], at: start)
        #expect(one.disconnected == [one.opened[0]] && one.closed == [one.opened[0]])
        #expect(one.connected == one.opened)
    }

    @Test func whatIsNotNeededEndsOnBothSides() throws {
        var one = SideOfTwo(isControlling: true), other = SideOfTwo(isControlling: false)
        one.want(at: start)
        other.hear(one.said[0], at: start)
        one.negotiation.settle(at: start)
        one.timeout(at: start + .seconds(10))
        #expect(one.closed == one.opened && one.said.last?.isEnd == true)
        other.hear(one.said[one.said.count - 1], at: start + .seconds(10))
        #expect(other.closed == other.opened)
        #expect(one.negotiation.nextTimeout == .distantFuture)
    }

    @Test func aPeerCannotMakeUsOpenAgentsWithoutEnd() {
        var one = SideOfTwo(isControlling: true)
        let credentials = ICECredentials(using: &one.random)
        for generation in 1...1000 {
            one.hear(
                ICEDescription(generation: UInt32(generation), credentials: credentials),
                at: start + .milliseconds(generation))
        }
        #expect(one.opened.count <= 3)
        #expect(one.opened.count - one.closed.count <= 2)
    }

    @Test func theLessDirectEndGivesThePathItsKind() throws {
        let relayed = try candidate("203.0.113.9:4000", .relayed)
        #expect(PathKind(pair(.host, relayed), relay: .tcp) == .turnTCP)
        #expect(PathKind(pair(.relayed, relayed), relay: nil) == .turnUDP)
        #expect(PathKind(pair(.peerReflexive, try candidate("1.2.3.4:5")), relay: nil) == .prflx)
        #expect(PathKind(pair(.serverReflexive, try candidate("1.2.3.4:5")), relay: nil) == .srflx)
        #expect(PathKind(pair(.host, try candidate("1.2.3.4:5")), relay: nil) == .host)
        var one = SideOfTwo(isControlling: true)
        one.want(at: start)
        let credentials = ICECredentials(using: &one.random)
        one.hear(ICEDescription(generation: 1, credentials: credentials, candidates: [relayed]), at: start)
        one.hear(.selected(pair(.host, relayed)), of: one.opened[0], at: start)
        let relay = one.outputs.compactMap { output -> ICECandidate.RelayTransport? in
            if case .connected(_, _, let relay) = output { relay } else { nil }
        }
        #expect(relay == [.tcp])
    }

    @Test func descriptionsComeBackAsTheyWereSaid() throws {
        var random = SplitMix(seed: 1)
        let description = ICEDescription(
            generation: 7, credentials: ICECredentials(using: &random),
            candidates: [
                try candidate("203.0.113.5:4000", .serverReflexive, priority: .max), try candidate("[2001:db8::1]:9"),
                try candidate("203.0.113.9:1", .relayed),
            ], isLast: true)
        #expect(ICEDescription(description.fields) == description)
        let end = ICEDescription(generation: 0, credentials: ICECredentials(using: &random), isEnd: true)
        #expect(ICEDescription(end.fields) == end)
    }

    @Test func descriptionsThatLieAreRefusedOrLeftOut() throws {
        var random = SplitMix(seed: 1)
        let good = ICEDescription(
            generation: 1, credentials: ICECredentials(using: &random), candidates: [try candidate("1.2.3.4:5")]
        ).fields
        func changed(_ key: UInt64, _ value: CBORValue?) -> ICEDescription? {
            var fields = good
            fields[key] = value
            return ICEDescription(fields)
        }
        #expect(changed(0, 11) == nil && changed(1, .unsigned(1 << 32)) == nil && changed(1, nil) == nil)
        #expect(changed(2, .text("abc")) == nil && changed(3, .text("short")) == nil)
        #expect(changed(2, .text("ab\r\ncd")) == nil)
        #expect(changed(2, .text(String(repeating: "a", count: 65))) == nil)
        #expect(changed(4, .array(Array(repeating: .map([:]), count: 17))) == nil)
        let odd: [CBORMap] = [
            [1: .text(""), 2: 1, 3: 1, 4: .bytes([1, 2, 3, 4]), 5: 5],
            [1: .text("1"), 2: 0, 3: 1, 4: .bytes([1, 2, 3, 4]), 5: 5],
            [1: .text("1"), 2: 1, 3: 9, 4: .bytes([1, 2, 3, 4]), 5: 5],
            [1: .text("1"), 2: 1, 3: 1, 4: .bytes([1, 2, 3, 4, 5]), 5: 5],
            [1: .text("1"), 2: 1, 3: 1, 4: .bytes([1, 2, 3, 4]), 5: 0],
            [1: .text("1"), 2: 1, 3: 1, 4: .bytes([1, 2, 3, 4]), 5: .unsigned(70_000)],
            [1: .text("1"), 2: 1, 3: 4, 4: .bytes([1, 2, 3, 4]), 5: 5],
        ]
        #expect(changed(4, .array(odd.map { .map($0) }))?.candidates == [])
    }
}
