import Basics
import CNice
import Foundation
import ICEDriver
import NetworkLoop
import Paths
import Testing

/// Two agents on this machine, without servers.
@Suite(.timeLimit(.minutes(10))) struct LoopbackTests {
    init() { NetworkActor.runInBackground() }

    @Test @NetworkActor func twoAgentsConnectAndCarryDatagramsBothWays() async throws {
        let peers = Peers()
        peers.connect(peers.open(Peers.caller), peers.open(Peers.callee))
        await peers.untilConnected()
        let pair = try #require(peers.pair(of: Peers.caller))
        #expect(pair.local == .host || pair.local == .peerReflexive)
        #expect(pair.localRelay == nil)
        for (sender, receiver) in [(Peers.caller, Peers.callee), (Peers.callee, Peers.caller)] {
            let sent = (0..<100).map { [UInt8](repeating: 0xC4, count: 1_200) + [UInt8($0)] }
            for datagram in sent { #expect(peers.agents.send(datagram.rawSpan, on: sender) == .sent) }
            await peers.until { peers.datagrams[receiver]?.count == 100 }
            #expect(peers.datagrams[receiver] == sent)
        }
        #expect(peers.batches >= 8)  // at most 32 each
    }

    @Test @NetworkActor func candidatesMayComeBeforeOrAfterTheCredentials() async throws {
        for isEarly in [true, false] {
            let peers = Peers()
            peers.isTrickling = false
            let caller = peers.open(Peers.caller), callee = peers.open(Peers.callee)
            await peers.until {
                peers.isTold(.gathered, by: Peers.caller) && peers.isTold(.gathered, by: Peers.callee)
            }
            #expect(peers.events[Peers.caller]?.last == .gathered)
            if !isEarly { peers.connect(caller, callee) }
            peers.agents.carryOut(.add(Peers.caller, peers.candidates(of: Peers.callee)))
            peers.agents.carryOut(.add(Peers.callee, peers.candidates(of: Peers.caller)))
            if isEarly { peers.connect(caller, callee) }
            await peers.untilConnected()
            peers.close()
        }
    }

    @Test @NetworkActor func candidatesAreWhatAPeerCanUse() async throws {
        let peers = Peers()
        _ = peers.open(Peers.caller)
        await peers.until { peers.isTold(.gathered, by: Peers.caller) }
        let candidates = peers.candidates(of: Peers.caller)
        #expect(!candidates.isEmpty)
        #expect(Set(candidates.map(\.address)).count == candidates.count)
        for candidate in candidates {
            #expect(candidate.kind == .host && candidate.priority >> 24 == 120)
            #expect(candidate.address.port != 0 && !candidate.address.ip.isUnspecified)
        }
        let isAlone = candidates.allSatisfy(\.address.ip.isLoopback)
        #expect(isAlone || !candidates.contains(where: \.address.ip.isLoopback))
    }

    @Test @NetworkActor func nothingCanBeSentBeforeAPairOrAfterTheEnd() async throws {
        let peers = Peers()
        let caller = peers.open(Peers.caller), callee = peers.open(Peers.callee)
        #expect(peers.agents.send([1].rawSpan, on: Peers.caller) == .unreachable)
        #expect(peers.agents.send([1].rawSpan, on: ICEAgentID(rawValue: 9)) == .unreachable)
        peers.connect(caller, callee)
        await peers.untilConnected()
        peers.close()
        #expect(peers.agents.send([1].rawSpan, on: Peers.caller) == .unreachable)
    }

    @Test @NetworkActor func anAgentMayBeClosedInTheMiddleOfABatch() async throws {
        let peers = Peers()
        peers.connect(peers.open(Peers.caller), peers.open(Peers.callee))
        await peers.untilConnected()
        peers.datagramCame = { [unowned peers] in peers.agents.carryOut(.close($0)) }
        for _ in 0..<100 { peers.agents.send([0xC4].rawSpan, on: Peers.caller) }
        await peers.until { peers.batches > 0 }
        #expect(peers.datagrams[Peers.callee]?.count == 1)
        peers.datagramCame = nil
        // The other one learns it by itself, and the same number may be used anew.
        let callee = peers.open(Peers.callee)
        peers.agents.carryOut(.close(Peers.caller))
        peers.forget()
        peers.connect(peers.open(Peers.caller), callee)
        await peers.untilConnected()
    }

    @Test @NetworkActor func theDriverItselfMayGoWhileAgentsAreOpen() async throws {
        let peers = Peers()
        peers.connect(peers.open(Peers.caller), peers.open(Peers.callee))
        await peers.untilConnected()
        let told = peers.events
        for _ in 0..<10 { peers.agents.send([0xC4].rawSpan, on: Peers.caller) }
        peers.drop()
        for _ in 0..<100 { await Task.yield() }
        #expect(peers.events == told && peers.datagrams.isEmpty)
    }

    @Test @NetworkActor func nothingIsToldInsideACommandOrAfterClose() async throws {
        let peers = Peers()
        _ = peers.open(Peers.caller)
        #expect(peers.events.isEmpty)
        peers.agents.carryOut(.close(Peers.caller))
        _ = peers.open(Peers.callee)
        await peers.until { peers.isTold(.gathered, by: Peers.callee) }
        #expect(peers.events[Peers.caller] == nil)
    }

    @Test @NetworkActor func aPeerThatNeverAnswersIsAFailure() async throws {
        let peers = Peers()
        peers.isTrickling = false
        peers.connect(peers.open(Peers.caller), peers.open(Peers.callee))
        peers.agents.carryOut(.close(Peers.callee))
        let discard = try #require(IPAddress("192.0.2.253"))
        let candidate = try #require(
            ICECandidate(
                foundation: "1", priority: 1, kind: .host, address: SocketAddress(discard, port: 9)))
        peers.agents.carryOut(.add(Peers.caller, [candidate]))
        await peers.until { peers.isTold(.failed, by: Peers.caller) }
        #expect(peers.agents.send([1].rawSpan, on: Peers.caller) == .unreachable)
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    @NetworkActor func aServerIsAskedByNameOrAddress(host: String) async throws {
        let probe = try UDPSocket(bindingTo: #require(SocketAddress("0.0.0.0:0"))) { _, _ in }
        let port = probe.address.port  // taken, but not by IPv6, and not by TCP
        let refused = ICEServer(
            host: host, port: port, service: .turn(.tcp, username: "u", credential: Redacted("p")))
        let peers = Peers(servers: [refused])
        peers.connect(peers.open(Peers.caller), peers.open(Peers.callee))
        await peers.untilConnected()
        await peers.until { peers.report(of: refused)?.fault == .refused }
        #expect(peers.names["localhost"]?.contains(where: \.isLoopback) == (host == "localhost" ? true : nil))
    }

    @Test func whateverAPeerNamesLibniceNeverComplains() async {
        await #expect(processExitsWith: .success) {
            g_log_set_always_fatal(
                GLogLevelFlags(rawValue: G_LOG_LEVEL_CRITICAL.rawValue | G_LOG_LEVEL_WARNING.rawValue))
            NetworkActor.runInBackground()
            try await Scenarios.garbage()
        }
    }

    @Test func openingAndClosingLeavesNoDescriptor() async {
        await #expect(processExitsWith: .success) {
            NetworkActor.runInBackground()
            try await Scenarios.reopen(times: 50)
        }
    }
}

/// What runs in a process of its own.
@NetworkActor enum Scenarios {
    static func garbage() async throws {
        let peers = Peers()
        let caller = peers.open(Peers.caller), callee = peers.open(Peers.callee)
        let addresses = [
            "0.0.0.0:1", "255.255.255.255:65535", "224.0.0.1:5", "127.0.0.1:22", "[::]:1", "[::1]:1", "[ff02::1]:1",
            "[fe80::1]:1", "1.2.3.4:1", "240.0.0.1:1", "[64:ff9b::1]:9",
        ]
        for (number, text) in addresses.enumerated() {
            let address = try #require(SocketAddress(text))
            for kind in ICECandidate.Kind.allCases {
                let candidate = try #require(
                    ICECandidate(
                        foundation: String(repeating: "/", count: 1 + (number * 7 + Int(kind.rawValue)) % 32),
                        priority: number % 2 == 0 ? .max : 1, kind: kind, address: address,
                        relayTransport: kind == .relayed ? .tls : nil))
                peers.agents.carryOut(.add(Peers.caller, [candidate, candidate]))
                peers.agents.carryOut(.add(Peers.callee, [candidate]))
            }
        }
        peers.connect(caller, callee)
        peers.agents.carryOut(.add(Peers.caller, peers.candidates(of: Peers.caller)))  // its own
        peers.agents.carryOut(.connect(Peers.caller, remote: callee))  // again
        await peers.until { peers.isTold(.failed, by: Peers.caller) || peers.pair(of: Peers.caller) != nil }
        peers.close()
    }

    static func reopen(times: Int) async throws {
        let peers = Peers()
        var before = 0
        for round in 0..<times {
            peers.connect(peers.open(Peers.caller), peers.open(Peers.callee))
            await peers.untilConnected()
            peers.close()
            peers.forget()
            // The first round opens what stays: libnice's and GLib's own. Closing takes turns of the loop.
            if round == 0 { for _ in 0..<1_000 { await Task.yield() } }
            if round == 0 { before = try Descriptors.count() }
        }
        while try Descriptors.count() > before { await Task.yield() }
        peers.drop()
    }
}

/// What this process has open.
enum Descriptors {
    static func count() throws -> Int { try names().count }

    static func socketCount() throws -> Int {
        try names().count { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            return target?.hasPrefix("socket:") == true
        }
    }

    private static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    }
}
