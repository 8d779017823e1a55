import Basics
import TestSupport
import Testing

@testable import Paths

/// A client of a TURN server, in virtual time, over UDP unless a test says TCP.
@Suite struct TURNClientTests {
    /// A client and its server, which answer each other at once.
    private final class Bench {
        var client = TURNClient(username: "u", password: Redacted("p"), isReliable: false)
        var server = TURNServerModel()
        var random = SplitMix(seed: 7)
        var now = Instant(nanoseconds: 1_000_000_000)
        var isSilent = false
        var outputs: [TURNClient.Output] = []
        /// What went to the server beside requests.
        var data: [[UInt8]] = []

        func drain() {
            while let output = client.poll() {
                guard case .transmit(let bytes) = output else {
                    outputs.append(output)
                    continue
                }
                if bytes[0] >= 0x40 { data.append(bytes) }
                guard let answer = server.answer(bytes), !isSilent else { continue }
                _ = client.handle(answer.rawSpan, at: now, using: &random)
            }
        }

        /// Lets time pass as an owner would.
        func run(_ duration: Duration) {
            let end = now + duration
            drain()
            while client.nextTimeout <= end {
                now = max(now, client.nextTimeout)
                client.timeout(at: now, using: &random)
                drain()
            }
            now = end
        }

        func allocate() {
            client.allocate(at: now, using: &random)
            drain()
        }

        func send(_ bytes: [UInt8], to peer: SocketAddress) -> UInt16? {
            let channel = client.send(bytes.rawSpan, to: peer, at: now, using: &random)
            drain()
            return channel
        }

        func hear(_ bytes: [UInt8]) -> TURNClient.Arrival? {
            let arrival = client.handle(bytes.rawSpan, at: now, using: &random)
            drain()
            return arrival
        }

        func poll() -> TURNClient.Output? { client.poll() }

        func count(_ method: STUN.Method) -> Int { server.requests.count { $0.method == method.rawValue } }
    }

    private let bob = SocketAddress(IPAddress(v4: 0xC633_6407), port: 4000)
    private let carol = SocketAddress(IPAddress(v4: 0xC633_6408), port: 4001)

    private func allocated() -> Bench {
        let bench = Bench()
        bench.allocate()
        return bench
    }

    // MARK: The allocation

    @Test func aServerThatAsksWhoWeAreGivesAnAddress() {
        let bench = allocated()
        #expect(bench.outputs == [.allocated(bench.server.relayed)] && bench.client.relayed == bench.server.relayed)
        #expect(bench.server.requests.map(\.isSigned) == [false, true])
    }

    @Test func aWrongPasswordIsTold() {
        let bench = Bench()
        bench.server.password = "other"
        bench.allocate()
        #expect(bench.outputs == [.ended(.faulty(.wrongCredential))])
        #expect(bench.client.nextTimeout == .distantFuture)
    }

    @Test func aRefusalIsToldInPlainWords() {
        let bench = Bench()
        bench.server.errors[STUN.Method.allocate.rawValue] = 486
        bench.allocate()
        #expect(bench.outputs == [.ended(.faulty(.error(code: 486, reason: "No[31m")))])
    }

    @Test func aPortThatAnotherHadIsTold() {
        let bench = Bench()
        bench.server.errors[STUN.Method.allocate.rawValue] = 437
        bench.allocate()
        #expect(bench.outputs == [.ended(.portTaken)])
    }

    @Test(arguments: [false, true])
    func aServerThatIsSilentIsGivenUp(isReliable: Bool) {
        let bench = Bench()
        bench.client = TURNClient(username: "u", password: Redacted("p"), isReliable: isReliable)
        bench.isSilent = true
        bench.allocate()
        bench.run(.milliseconds(5_400))
        #expect(bench.server.requests.count == (isReliable ? 1 : 4) && bench.outputs.isEmpty)
        bench.run(.milliseconds(200))
        #expect(bench.outputs == [.ended(.faulty(.silent))])
    }

    @Test func aForgedSuccessIsLeftAlone() throws {
        let forged = Bench()
        forged.client.allocate(at: forged.now, using: &forged.random)
        guard case .transmit(let first)? = forged.poll() else { throw Failure() }
        guard let challenge = forged.server.answer(first) else { throw Failure() }
        _ = forged.client.handle(challenge.rawSpan, at: forged.now, using: &forged.random)
        guard case .transmit(let second)? = forged.poll(),
            let request = STUNMessage(parsing: second.rawSpan)
        else { throw Failure() }
        let success = forged.server.success(request, isSigned: false)
        _ = forged.client.handle(success.rawSpan, at: forged.now, using: &forged.random)
        #expect(forged.poll() == nil && forged.client.relayed == nil)
        _ = forged.client.handle(forged.server.success(request).rawSpan, at: forged.now, using: &forged.random)
        #expect(forged.poll() == .allocated(forged.server.relayed))
    }

    private struct Failure: Error {}

    @Test func theAllocationIsAskedForAgainAndEndsWithItsServer() {
        let bench = allocated()
        bench.run(.seconds(3_600))
        #expect((170...190).contains(bench.count(.refresh)) && bench.outputs.count == 1)
        bench.isSilent = true
        bench.run(.seconds(26))
        #expect(bench.outputs.last == .ended(.faulty(.lost)) && bench.client.relayed == nil)
    }

    @Test func aServerThatForgotUsHasLostTheRelay() {
        let bench = allocated()
        bench.server.errors[STUN.Method.refresh.rawValue] = 437
        bench.run(.seconds(21))
        #expect(bench.outputs.last == .ended(.faulty(.lost)))
    }

    @Test func silenceAfterSendingIsLookedIntoSoon() {
        let bench = allocated()
        _ = bench.send([1], to: bob)
        bench.isSilent = true
        _ = bench.send([2], to: bob)
        bench.run(.seconds(8))
        #expect(bench.outputs.count == 1)
        bench.run(.seconds(1))
        #expect(bench.outputs.last == .ended(.faulty(.lost)))
    }

    @Test func itIsGivenBack() {
        let bench = allocated()
        bench.client.release(using: &bench.random)
        bench.drain()
        #expect(bench.server.requests.last?.lifetime == 0 && bench.server.requests.last?.isSigned == true)
        #expect(bench.outputs.last == .ended(.released))
        #expect(bench.send([1], to: bob) == nil && bench.data.isEmpty)
    }

    @Test func aNewerNonceIsTakenByAllThatWait() {
        let bench = allocated()
        bench.server.nonce = "nonce 2"
        // Both go out with the old one before either is answered.
        _ = bench.client.send([1].rawSpan, to: bob, at: bench.now, using: &bench.random)
        _ = bench.client.send([2].rawSpan, to: carol, at: bench.now, using: &bench.random)
        bench.drain()
        #expect(bench.send([3], to: bob) != nil && bench.send([4], to: carol) != nil)
        #expect(bench.count(.channelBind) == 4)
    }

    @Test func aNonceThatIsAlwaysStaleEnds() {
        let bench = allocated()
        bench.server.errors[STUN.Method.channelBind.rawValue] = 438
        for number in 2...9 {
            bench.server.nonce = "nonce \(number)"
            _ = bench.send([1], to: bob)
        }
        #expect(bench.count(.channelBind) <= 4 && bench.data.isEmpty)
    }

    // MARK: Data

    @Test func theFirstDatagramsWaitForTheirChannel() throws {
        let bench = allocated()
        for number in 0..<20 {
            let channel = bench.client.send([UInt8(number)].rawSpan, to: bob, at: bench.now, using: &bench.random)
            #expect(channel == nil)
        }
        bench.drain()
        #expect(bench.data == (0..<8).map { [0x40, 0, 0, 1, UInt8($0)] })
        #expect(bench.send([9], to: bob) == 0x4000 && bench.count(.channelBind) == 1)
        #expect(bench.send([9], to: carol) == nil && bench.send([9], to: carol) == 0x4001)
    }

    @Test func overTCPDataIsPadded() {
        let bench = Bench()
        bench.client = TURNClient(username: "u", password: Redacted("p"), isReliable: true)
        bench.allocate()
        _ = bench.send([1, 2, 3, 4, 5], to: bob)
        #expect(bench.data == [[0x40, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0]])
    }

    @Test func dataComesWithItsSender() {
        let bench = allocated()
        #expect(bench.hear([0x40, 0, 0, 1, 9]) == nil)  // no such channel
        _ = bench.send([1], to: bob)
        #expect(bench.hear([0x40, 0, 0, 2, 8, 9]) == TURNClient.Arrival(peer: bob, payload: 4..<6))
        #expect(bench.hear([0x40, 0, 0, 2, 8, 9, 0, 0]) == TURNClient.Arrival(peer: bob, payload: 4..<6))
        #expect(bench.hear([0x40, 0, 0, 3, 8, 9]) == nil)
        let bytes = bench.server.indication([5, 6, 7], from: carol)
        let arrival = bench.hear(bytes)
        #expect(arrival?.peer == carol && arrival.map { Array(bytes[$0.payload]) } == [5, 6, 7])
    }

    @Test func aPeerThatTheServerRefusesIsNotAskedForWithEachDatagram() {
        let bench = allocated()
        bench.server.errors[STUN.Method.channelBind.rawValue] = 403
        for _ in 0..<10 { #expect(bench.send([1], to: bob) == nil) }
        #expect(bench.count(.channelBind) == 1)
        bench.server.errors = [:]
        bench.run(.seconds(31))
        _ = bench.send([2], to: bob)
        #expect(bench.data == [[0x40, 0, 0, 1, 2]])
    }

    @Test func nobodyOfAnotherFamilyIsSentTo() throws {
        let bench = allocated()
        #expect(bench.send([1], to: try #require(SocketAddress("[2001:db8::1]:5"))) == nil)
        #expect(bench.count(.channelBind) == 0)
    }

    @Test func aChannelLivesAsLongAsItIsUsed() {
        let bench = allocated()
        _ = bench.send([1], to: bob)
        for _ in 0..<30 {
            bench.run(.seconds(60))
            #expect(bench.send([1], to: bob) == 0x4000)
        }
        let count = bench.count(.channelBind)
        #expect((6...9).contains(count))
        bench.run(.seconds(3_600))
        #expect(bench.count(.channelBind) <= count + 2)
        // Its end has come: it is asked for anew, and the datagram waits for that.
        #expect(bench.send([3], to: bob) == nil && bench.data.last == [0x40, 0, 0, 1, 3])
    }

    @Test func thereAreNoMoreChannelsThanTheTableHolds() {
        let bench = allocated()
        for port in 1...300 { _ = bench.send([1], to: SocketAddress(bob.ip, port: UInt16(port))) }
        #expect(bench.data.count == TURNChannels.capacity)
        bench.run(.seconds(1_500))
        #expect(bench.send([1], to: carol) == nil && bench.data.count == TURNChannels.capacity + 1)
    }

    // MARK: Permissions

    @Test func whoIsPermittedStaysSo() throws {
        let bench = allocated()
        let others = (1...20).map { IPAddress(v4: 0xC633_6400 + $0) } + [try #require(IPAddress("2001:db8::1"))]
        bench.client.permit(others + others, at: bench.now, using: &bench.random)
        bench.drain()
        #expect(bench.server.requests.filter { $0.method == 8 }.map(\.peers) == [8, 8, 4])
        bench.run(.seconds(239))
        #expect(bench.count(.createPermission) == 3)
        bench.run(.seconds(2))
        #expect(bench.count(.createPermission) == 6)
        bench.client.permit(others.prefix(1) + [IPAddress(v4: 1)], at: bench.now, using: &bench.random)
        bench.drain()
        #expect(bench.server.requests.filter { $0.method == 8 }.suffix(1).map(\.peers) == [1])  // the new one
        bench.run(.seconds(241))
        #expect(bench.server.requests.filter { $0.method == 8 }.dropFirst(7).map(\.peers).reduce(0, +) == 2)
    }

    @Test func permissionsWaitForTheAllocation() {
        let bench = Bench()
        bench.client.permit([bob.ip], at: bench.now, using: &bench.random)
        bench.drain()
        #expect(bench.server.requests.isEmpty)
        bench.allocate()
        #expect(bench.count(.createPermission) == 1)
    }

    // MARK: Hostile servers

    @Test(arguments: UInt64(0)..<16)
    func nothingThatAServerSendsTraps(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let bench = allocated()
        _ = bench.send([1], to: bob)
        bench.client.permit([carol.ip], at: bench.now, using: &bench.random)
        guard case .transmit(let pending)? = bench.client.poll(), let request = STUNMessage(parsing: pending.rawSpan)
        else { throw Failure() }
        let seeds = [
            bench.server.success(request), bench.server.failure(request, 438), [0x40, 0, 0, 4, 1, 2, 3, 4],
            bench.server.indication([1, 2, 3, 4, 5], from: carol),
        ]
        for _ in 0..<4_000 {
            var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &random) % 7 == 0 ? bytes.count / 2 : 0)
            if let arrival = bench.client.handle(bytes.rawSpan, at: bench.now, using: &random) {
                #expect(arrival.payload.lowerBound >= 4 && arrival.payload.upperBound <= bytes.count)
                #expect(arrival.peer.port != 0)
            }
            while bench.client.poll() != nil {}
            _ = TURNFrame.beginning(of: bytes.rawSpan)
        }
        bench.run(.seconds(60))
    }
}
