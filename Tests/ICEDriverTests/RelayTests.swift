import Basics
import Foundation
import Glibc
import NetworkLoop
import Paths
import Testing

@testable import ICEDriver

/// Relays as the only way out, with coturn. In a process of its own, as in `NATTests`.
@Suite(.enabled(if: NATLab.isWanted, "PARLEY_NETNS and root"), .timeLimit(.minutes(10)), .serialized)
struct RelayTests {
    private func within(_ body: (NATLab, Int32) async throws -> Void) async throws {
        let lab = try NATLab(.symmetric)
        do { try await body(lab, lab.startCoturn()) } catch {
            try lab.close()
            throw error
        }
        try lab.close()
    }

    @Test(arguments: [ICECandidate.RelayTransport.udp, .tcp])
    func datagramsPassBetweenTwoRelays(transport: ICECandidate.RelayTransport) async throws {
        try await within { lab, _ in
            let code = transport.rawValue
            await #expect(processExitsWith: .success) { [name = lab.name as String, code = code as UInt8] in
                NetworkActor.runInBackground()
                try await RelayScenes.exchange(in: name, code)
            }
            // They are given back.
            var allocations = try lab.allocations()
            while allocations.deleted < allocations.made {
                await Task.yield()
                allocations = try lab.allocations()
            }
            #expect(allocations.made >= 2)
        }
    }

    @Test func aServerThatIsOfNoUseIsFollowedByTheNext() async throws {
        try await within { lab, coturn in
            await #expect(processExitsWith: .success) { [name = lab.name as String, coturn = coturn as Int32] in
                NetworkActor.runInBackground()
                try await RelayScenes.faults(in: name, of: coturn)
            }
        }
    }
}

/// One relay and what it tells.
@NetworkActor private final class Side {
    private(set) var places: [Relay.Place?] = []
    private(set) var reports: [ICEServerReport] = []
    private(set) var heard: [[UInt8]] = []
    private(set) var senders: Set<SocketAddress> = []
    private(set) var relay: Relay?
    private var waiting: [(condition: () -> Bool, continuation: CheckedContinuation<Void, Never>)] = []

    init(_ servers: [ICEServer], in host: String, _ lab: String) throws {
        try Namespaces.enter(host, in: lab)
        let relay = Relay(
            received: { [unowned self] datagram, peer, _ in
                heard.append([UInt8](datagram.bytes))
                senders.insert(peer)
            }, batchEnded: { [unowned self] in wake() },
            changed: { [unowned self] in
                places.append($0)
                wake()
            },
            report: { [unowned self] in
                reports.append($0)
                wake()
            })
        relay.configure(servers: servers)
        self.relay = relay
    }

    var address: SocketAddress? { places.last.flatMap { $0?.address } }

    func until(_ condition: @escaping () -> Bool) async {
        guard !condition() else { return }
        await withCheckedContinuation { waiting.append((condition, $0)) }
    }

    private func wake() {
        let ready = waiting.filter { $0.condition() }
        waiting.removeAll { $0.condition() }
        for waiter in ready { waiter.continuation.resume() }
    }
}

@NetworkActor private enum RelayScenes {
    static func turn(_ transport: ICECandidate.RelayTransport, port: UInt16 = 3_478, password: String = "p")
        -> ICEServer
    {
        ICEServer(
            host: NATLab.server, port: port,
            service: .turn(transport, username: "u", credential: Redacted(password)))
    }

    static func exchange(in lab: String, _ code: UInt8) async throws {
        let transport = try #require(ICECandidate.RelayTransport(rawValue: code))
        // The socket is made in the turn after `init`: each side stands before the next steps elsewhere.
        let alice = try Side([turn(transport)], in: "a", lab)
        await alice.until { alice.address != nil }
        let bob = try Side([turn(transport)], in: "b", lab)
        await bob.until { bob.address != nil }
        #expect(alice.places == [alice.address.map { Relay.Place(address: $0, transport: transport) }])
        let (first, second) = (try #require(alice.address), try #require(bob.address))
        #expect(first.ip == IPAddress(NATLab.server) && second != first)
        // Nobody has sent there yet, but who has a relay at the same server is let in.
        for (sender, receiver, target) in [(alice, bob, second), (bob, alice, first), (alice, bob, second)] {
            let before = receiver.heard.count
            let sent = (0..<8).map { [UInt8](repeating: 0xC4, count: 1_200) + [UInt8($0)] }
            for datagram in sent { sender.relay?.send(datagram.rawSpan, to: target) }
            await receiver.until { receiver.heard.count == before + 8 }
            #expect(Array(receiver.heard[before...]) == sent)
        }
        #expect(alice.senders == [second] && bob.senders == [first])
        for side in [alice, bob] { side.relay?.close() }
        #expect(alice.reports == [ICEServerReport(server: turn(transport), fault: nil)])
    }

    static func faults(in lab: String, of coturn: Int32) async throws {
        let servers = [turn(.udp, password: "wrong"), turn(.tcp, port: 3_999), turn(.udp, port: 3_999), turn(.udp)]
        let side = try Side([ICEServer(host: NATLab.server, port: 1, service: .stun)] + servers, in: "a", lab)
        await side.until { side.address != nil }
        #expect(
            side.reports
                == zip(servers, [.wrongCredential, .refused, .refused, nil]).map {
                    ICEServerReport(server: $0, fault: $1)
                })
        try #require(kill(coturn, SIGKILL) == 0)
        await side.until { side.places.count == 2 }
        #expect(side.places[1] == nil)
        await side.until { side.reports.contains(ICEServerReport(server: turn(.udp), fault: .lost)) }
        side.relay?.send([1].rawSpan, to: SocketAddress(IPAddress(v4: 1), port: 1))  // it goes nowhere
    }
}
