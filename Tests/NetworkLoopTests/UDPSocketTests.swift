import Basics
import NetworkLoop
import Platform
import Testing

/// A socket that keeps what it received.
@NetworkActor final class Recorder {
    struct Received: Sendable {
        let bytes: [UInt8]
        let arrival: UDPSocket.Arrival
    }

    private let arrivals = AsyncStream<Received>.makeStream()
    private(set) var batches = 0
    private(set) var socket: UDPSocket?

    init(_ address: String, options: UDPSocket.Options = .init()) throws {
        let address = try #require(SocketAddress(address))
        socket = try UDPSocket(
            bindingTo: address, options: options,
            received: { [unowned self] bytes, arrival in
                arrivals.continuation.yield(Received(bytes: [UInt8](bytes.bytes), arrival: arrival))
            },
            batchEnded: { [unowned self] in batches += 1 })
    }

    func next() async -> Received? {
        var iterator = arrivals.stream.makeAsyncIterator()
        return await iterator.next()
    }

    func get() throws -> UDPSocket { try #require(socket) }
}

@Suite(.timeLimit(.minutes(10))) struct UDPSocketTests {
    init() { NetworkActor.runInBackground() }

    @NetworkActor private func address(_ ip: String, of socket: UDPSocket) throws -> SocketAddress {
        SocketAddress(try #require(IPAddress(ip)), port: socket.address.port)
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    @NetworkActor func aDatagramArrivesWithItsAddresses(host: String) async throws {
        let ip = try #require(IPAddress(host))
        let server = try Recorder(SocketAddress(ip, port: 0).description)
        let client = try Recorder(SocketAddress(ip, port: 0).description)
        #expect(try server.get().address.port != 0)
        let before = MonotonicClock.now
        #expect(try client.get().send([1, 2, 3].rawSpan, to: server.get().address) == .sent)
        let received = try #require(await server.next())
        #expect(received.bytes == [1, 2, 3])
        #expect(received.arrival.source == (try client.get().address))
        #expect(received.arrival.local == ip)
        #expect(received.arrival.time >= before)
        #expect(try server.get().counters.received == 1)
        #expect(try client.get().counters.sent == 1)
    }

    @Test @NetworkActor func oneSocketServesBothFamilies() async throws {
        let server = try Recorder("[::]:0")
        let v4 = try Recorder("127.0.0.1:0"), v6 = try Recorder("[::1]:0")
        for (client, host) in [(v4, "127.0.0.1"), (v6, "::1")] {
            try client.get().send([7].rawSpan, to: address(host, of: server.get()))
            let received = try #require(await server.next())
            #expect(received.arrival.source == (try client.get().address))
            #expect(received.arrival.local == IPAddress(host))
            #expect(try server.get().send([8].rawSpan, to: received.arrival.source) == .sent)
            #expect(await client.next()?.bytes == [8])
        }
    }

    @Test @NetworkActor func twoSocketsShareAPortByFamily() throws {
        var options = UDPSocket.Options()
        options.isIPv6Only = true
        let v6 = try Recorder("[::]:0", options: options)
        let v4 = try Recorder("0.0.0.0:\(v6.get().address.port)")
        #expect(try v4.get().address.port == v6.get().address.port)
    }

    @Test(arguments: ["0.0.0.0:0", "[::]:0"])
    @NetworkActor func theAnswerLeavesFromTheAddressThatWasAsked(
        bound: String
    ) async throws {
        let server = try Recorder(bound), client = try Recorder("127.0.0.1:0")
        try client.get().send([1].rawSpan, to: address("127.0.0.42", of: server.get()))
        let question = try #require(await server.next())
        #expect(question.arrival.local == IPAddress("127.0.0.42"))
        try server.get().send([2].rawSpan, to: question.arrival.source, from: question.arrival.local)
        let answer = try #require(await client.next())
        #expect(answer.arrival.source == (try address("127.0.0.42", of: server.get())))
    }

    @Test @NetworkActor func whatCannotBeSentIsSaid() throws {
        let socket = try Recorder("127.0.0.1:0").get()
        let v6 = try #require(SocketAddress("[::1]:9")), broadcast = try #require(SocketAddress("255.255.255.255:9"))
        #expect(socket.send([1].rawSpan, to: v6) == .unreachable)
        #expect(socket.send([1].rawSpan, to: broadcast) == .unreachable)
        #expect(socket.send([UInt8](repeating: 0, count: 65_508).rawSpan, to: socket.address) == .tooLarge)
        #expect(socket.counters.failed == 3 && socket.counters.sent == 0)
    }

    @Test @NetworkActor func anAddressInUseIsAnError() throws {
        let first = try Recorder("127.0.0.1:0")
        #expect(throws: SystemError.self) { _ = try Recorder(first.get().address.description) }
    }

    @Test @NetworkActor func aDatagramLongerThanASlotIsDroppedAndCounted() async throws {
        let server = try Recorder("127.0.0.1:0"), client = try Recorder("127.0.0.1:0")
        let target = try server.get().address
        for datagram in [[UInt8](repeating: 1, count: 2_049), [UInt8](repeating: 2, count: 2_048), []] {
            try client.get().send(datagram.rawSpan, to: target)
        }
        #expect(await server.next()?.bytes == [UInt8](repeating: 2, count: 2_048))
        #expect(await server.next()?.bytes == [])
        #expect(try server.get().counters.truncated == 1)
    }

    @Test @NetworkActor func manyDatagramsComeInOrderAndInBatches() async throws {
        let server = try Recorder("127.0.0.1:0"), client = try Recorder("127.0.0.1:0")
        for number in UInt8(0)..<100 { try client.get().send([number].rawSpan, to: server.get().address) }
        for number in UInt8(0)..<100 { #expect(await server.next()?.bytes == [number]) }
        await turn()
        #expect(server.batches == 4)  // 32 + 32 + 32 + 4: all were waiting before the loop turned
    }

    @Test @NetworkActor func whatTheKernelDropsIsCounted() async throws {
        var options = UDPSocket.Options()
        options.receiveBufferByteCount = 4_096
        let server = try Recorder("127.0.0.1:0", options: options), client = try Recorder("127.0.0.1:0")
        let count = 200
        let datagram = [UInt8](repeating: 0, count: 1_000)
        for _ in 0..<count { try client.get().send(datagram.rawSpan, to: server.get().address) }
        await turn()
        try client.get().send([9].rawSpan, to: server.get().address)  // tells the drops before it
        while let received = await server.next(), received.bytes != [9] {}
        let counters = try server.get().counters
        #expect(counters.kernelDrops > 0)
        #expect(counters.received + counters.kernelDrops == count + 1)
    }

    @Test @NetworkActor func nothingIsHandedOnAfterClose() async throws {
        var received = 0
        var socket: UDPSocket?
        socket = try UDPSocket(bindingTo: #require(SocketAddress("127.0.0.1:0"))) { _, _ in
            received += 1
            socket?.close()
        }
        let open = try #require(socket)
        for _ in 0..<3 { open.send([1].rawSpan, to: open.address) }
        await turn()
        await turn()
        #expect(received == 1)
    }
}
