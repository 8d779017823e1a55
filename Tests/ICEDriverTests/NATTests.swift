import Basics
import CNice
import Foundation
import Glibc
import ICEDriver
import NetworkLoop
import Paths
import Testing

/// Two agents behind routers, with coturn. Each runs in a process of its own, whose network thread steps into the
/// namespace of a host before that host's agent gathers: sockets stay in the namespace they were made in.
@Suite(.enabled(if: NATLab.isWanted, "PARLEY_NETNS and root"), .timeLimit(.minutes(10)), .serialized)
struct NATTests {
    private func within(_ nat: NATLab.NAT, _ body: (NATLab, Int32) async throws -> Void) async throws {
        let lab = try NATLab(nat)
        do { try await body(lab, nat == .none6 ? 0 : lab.startCoturn()) } catch {
            try lab.close()
            throw error
        }
        try lab.close()
    }

    @Test func portRestrictedNATsAreCrossedDirectly() async throws {
        try await within(.cone) { lab, _ in
            await #expect(processExitsWith: .success) { [name = lab.name as String] in
                NetworkActor.runInBackground()
                try await Crossing.direct(in: name)
            }
        }
    }

    @Test(arguments: [ICECandidate.RelayTransport.udp, .tcp])
    func symmetricNATsAreCrossedByARelay(transport: ICECandidate.RelayTransport) async throws {
        try await within(.symmetric) { lab, _ in
            let code = transport.rawValue
            await #expect(processExitsWith: .success) { [name = lab.name as String, code = code as UInt8] in
                NetworkActor.runInBackground()
                try await Crossing.relayed(in: name, code)
            }
            // Each agent's, and the one that the driver asked for to see whether the server works.
            var allocations = try lab.allocations()
            while allocations.deleted < allocations.made {
                await Task.yield()
                allocations = try lab.allocations()
            }
            #expect(allocations.made >= 3)
        }
    }

    @Test func theRelayPolicyShowsRelaysOnly() async throws {
        try await within(.cone) { lab, _ in
            await #expect(processExitsWith: .success) { [name = lab.name as String] in
                NetworkActor.runInBackground()
                try await Crossing.relayOnly(in: name)
            }
        }
    }

    @Test func serversThatAreOfNoUseAreNamedWithTheReason() async throws {
        try await within(.cone) { lab, _ in
            try lab.silence(3_479)
            await #expect(processExitsWith: .success) { [name = lab.name as String] in
                NetworkActor.runInBackground()
                try await Crossing.faults(in: name)
            }
        }
    }

    @Test func aServerThatDiesInTheCallIsNamed() async throws {
        try await within(.symmetric) { lab, coturn in
            await #expect(processExitsWith: .success) { [name = lab.name as String, coturn = coturn as Int32] in
                NetworkActor.runInBackground()
                try await Crossing.loss(in: name, of: coturn)
            }
        }
    }

    @Test func hostsWithIPv6AloneConnect() async throws {
        try await within(.none6) { lab, _ in
            await #expect(processExitsWith: .success) { [name = lab.name as String] in
                NetworkActor.runInBackground()
                try await Crossing.overIPv6(in: name)
            }
        }
    }
}

@NetworkActor private enum Crossing {
    static func server(_ service: ICEServer.Service, port: UInt16 = 3_478, host: String = NATLab.server) -> ICEServer {
        ICEServer(host: host, port: port, service: service)
    }

    static func turn(
        _ transport: ICECandidate.RelayTransport, port: UInt16 = 3_478, password: String = "p"
    ) -> ICEServer {
        server(.turn(transport, username: "u", credential: Redacted(password)), port: port)
    }

    /// Opens an agent on each host and waits until both have a pair. What is asked of servers is asked from host b.
    static func connect(_ peers: Peers, in lab: String, policy: ICEPolicy = .all) async throws {
        try Namespaces.enter("a", in: lab)
        let caller = peers.open(Peers.caller, policy: policy)
        try Namespaces.enter("b", in: lab)
        let callee = peers.open(Peers.callee, policy: policy)
        peers.connect(caller, callee)
        await peers.untilConnected()
    }

    static func exchange(_ peers: Peers) async {
        for (sender, receiver) in [(Peers.caller, Peers.callee), (Peers.callee, Peers.caller)] {
            #expect(peers.agents.send([0xC4, 1, 2, 3].rawSpan, on: sender) == .sent)
            await peers.until { peers.datagrams[receiver]?.last == [0xC4, 1, 2, 3] }
        }
    }

    static func isReported(_ fault: ICEServerReport.Fault?, of server: ICEServer, by peers: Peers) -> Bool {
        peers.report(of: server) == ICEServerReport(server: server, fault: fault)
    }

    static func direct(in lab: String) async throws {
        let stun = server(.stun), peers = Peers(servers: [stun])
        try await connect(peers, in: lab)
        let pair = try #require(peers.pair(of: Peers.caller))
        #expect(pair.local != .relayed && pair.remote != .relayed)
        #expect(pair.remoteAddress.ip == IPAddress("10.99.0.12"))
        #expect(peers.candidates(of: Peers.caller).contains { $0.kind == .serverReflexive })
        await exchange(peers)
        await peers.until { isReported(nil, of: stun, by: peers) }
    }

    static func relayed(in lab: String, _ code: UInt8) async throws {
        let transport = try #require(ICECandidate.RelayTransport(rawValue: code))
        let server = turn(transport), peers = Peers(servers: [server])
        let sockets = try Descriptors.socketCount()
        try await connect(peers, in: lab)
        let pairs = try [#require(peers.pair(of: Peers.caller)), #require(peers.pair(of: Peers.callee))]
        #expect(pairs.contains { $0.local == .relayed && $0.localRelay == transport })
        await exchange(peers)
        await peers.until { isReported(nil, of: server, by: peers) }
        peers.close()
        while try Descriptors.socketCount() > sockets { await Task.yield() }
    }

    static func relayOnly(in lab: String) async throws {
        let peers = Peers(servers: [server(.stun), turn(.udp), turn(.tcp)])
        try await connect(peers, in: lab, policy: .relay)
        await peers.until { peers.isTold(.gathered, by: Peers.caller) && peers.isTold(.gathered, by: Peers.callee) }
        for agent in [Peers.caller, Peers.callee] {
            let candidates = peers.candidates(of: agent)
            #expect(Set(candidates.map(\.kind)) == [.relayed])
            // libnice gives a second relay on one host back: the transport that answers first stays.
            #expect(candidates.count == 1)
            #expect(candidates.allSatisfy { $0.address.ip == IPAddress(NATLab.server) })
            #expect(peers.pair(of: agent)?.local == .relayed)
        }
        await exchange(peers)
    }

    static func faults(in lab: String) async throws {
        let name = String(repeating: "a", count: 70) + ".invalid"  // no label is so long: nobody is asked
        let wanted: [(ICEServer, ICEServerReport.Fault?)] = [
            (server(.stun), nil), (turn(.udp), nil), (turn(.tcp), nil),
            (turn(.udp, password: "wrong"), .wrongCredential), (turn(.tcp, password: "wrong"), .wrongCredential),
            (server(.stun, port: 3_479), .silent), (turn(.udp, port: 3_479), .silent),
            (turn(.tcp, port: 3_479), .silent), (server(.stun, port: 3_480), .refused),
            (turn(.udp, port: 3_480), .refused), (turn(.tcp, port: 3_480), .refused),
            (server(.stun, host: name), .unknownName),
        ]
        let peers = Peers(servers: wanted.map(\.0))
        try Namespaces.enter("a", in: lab)
        _ = peers.open(Peers.caller)
        for (server, fault) in wanted {
            await peers.until { isReported(fault, of: server, by: peers) }
        }
        await peers.until { peers.isTold(.gathered, by: Peers.caller) }
        #expect(peers.candidates(of: Peers.caller).contains { $0.kind == .relayed })
        #expect(peers.reports.count == wanted.count)
    }

    static func loss(in lab: String, of coturn: Int32) async throws {
        let server = turn(.udp), peers = Peers(servers: [server])
        let sockets = try Descriptors.socketCount()
        try await connect(peers, in: lab)
        await peers.until { isReported(nil, of: server, by: peers) }
        try #require(kill(coturn, SIGKILL) == 0)
        await peers.until { peers.isTold(.failed, by: Peers.caller) && peers.isTold(.failed, by: Peers.callee) }
        await peers.until { isReported(.lost, of: server, by: peers) }
        peers.close()  // the relays cannot be given back, but nothing waits for that for ever
        while try Descriptors.socketCount() > sockets { await Task.yield() }
    }

    static func overIPv6(in lab: String) async throws {
        let peers = Peers()
        try await connect(peers, in: lab)
        #expect(peers.pair(of: Peers.caller)?.remoteAddress.ip == IPAddress("fd99::2"))
        await exchange(peers)
    }
}
