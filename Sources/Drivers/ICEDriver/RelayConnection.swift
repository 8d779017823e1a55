import Basics
import CShims
import Glibc
import NetworkLoop
import Paths
import Platform

/// One socket to a TURN server and the allocation that is asked for there.
@NetworkActor
final class RelayConnection {
    /// What comes of it.
    struct Handlers {
        /// Lends a datagram that passed through the allocation, with who sent it.
        let received: @NetworkActor (inout MutableRawSpan, SocketAddress, Instant) -> Void
        let batchEnded: @NetworkActor () -> Void
        /// The allocation stands.
        let allocated: @NetworkActor (SocketAddress) -> Void
        /// There is none any more. Nothing comes after this; it is told in a turn of its own.
        let ended: @NetworkActor (TURNClient.End) -> Void
    }

    let server: ResolvedServer
    private let handlers: Handlers
    private var client: TURNClient
    private var random = SystemRandomNumberGenerator()
    private var socket: Descriptor?
    private var watch: DescriptorWatch?
    private var timer: LoopTimer?
    private var isConnecting = false
    private var cause: TURNClient.End?
    /// What a datagram is read into, and what came by TCP and is not whole yet.
    private var buffer = [UInt8](repeating: 0, count: TURNFrame.longestByteCount)
    private var stream: [UInt8] = []
    /// What is framed to be sent, and what TCP has not taken yet.
    private var frame = [UInt8](repeating: 0, count: 2_048)
    private var unsent: [UInt8] = []

    /// Datagrams read in one turn of the loop.
    private static let batchCapacity = 32
    /// Bytes that may wait for TCP: a fifth of a second of video. What comes then is lost, as a full queue loses it.
    private static let unsentCapacity = 64 << 10
    /// How long TCP may take to connect.
    private static let patience = Duration.seconds(6)

    init(_ server: ResolvedServer, username: String, credential: Redacted<String>, _ handlers: Handlers) {
        self.server = server
        self.handlers = handlers
        client = TURNClient(
            username: username, password: credential, isReliable: server.relayTransport == .tcp)
        timer = LoopTimer { [weak self] in self?.timeout() }
        timer?.set(MonotonicClock.now)  // begins in the next turn: nobody is called back before `init` has returned
    }

    isolated deinit { watch = nil }  // before the descriptor is closed

    /// The address of this machine that the server sees, before any translation.
    var localAddress: IPAddress? {
        var address = parley_address()
        guard let number = socket?.rawValue, unsafe parley_bound_address(number, &address) == 0 else { return nil }
        return SocketAddress(address).ip
    }

    private var isTCP: Bool { server.relayTransport == .tcp }

    // MARK: The socket

    private func open() {
        socket = ServerSocket.open(to: server.address, isTCP: isTCP)
        guard let number = socket?.rawValue else { return fail(errno) }
        var one: Int32 = 1, receiveByteCount: Int32 = 1 << 20
        if isTCP { unsafe setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4) }
        unsafe setsockopt(number, SOL_SOCKET, SO_RCVBUF, &receiveByteCount, 4)
        isConnecting = !ServerSocket.connect(number, to: server.address)
        if isConnecting, errno != EINPROGRESS { return fail(errno) }
        watch = DescriptorWatch(number, for: isConnecting ? [.read, .write] : .read) { [weak self] ready in
            self?.proceed(ready)
        }
        if isConnecting { timer?.set(MonotonicClock.now + Self.patience) } else { begin() }
    }

    private func begin() {
        isConnecting = false
        client.allocate(at: MonotonicClock.now, using: &random)
        carryOn()
    }

    private func proceed(_ ready: DescriptorWatch.Readiness) {
        if isConnecting {
            guard let number = socket?.rawValue else { return }
            let code = ServerSocket.failure(of: number)
            guard code == 0 else { return fail(code) }
            guard ready.contains(.write) else { return }
            watch?.interest = .read
            return begin()
        }
        if ready.contains(.write) { flush() }
        if ready.contains(.read) { isTCP ? readStream() : readDatagrams() }
    }

    private func readDatagrams() {
        let now = MonotonicClock.now
        for _ in 0..<Self.batchCapacity {
            guard let number = socket?.rawValue else { break }
            let count = unsafe recv(number, &buffer, buffer.count, 0)
            guard count >= 0 else {
                if errno != EAGAIN, errno != EINTR { fail(errno) }
                break
            }
            take(0..<count, at: now)
        }
        handlers.batchEnded()
        carryOn()
    }

    private func readStream() {
        guard let number = socket?.rawValue else { return }
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        let count = unsafe recv(number, &chunk, chunk.count, 0)
        guard count > 0 else {
            return count < 0 && (errno == EAGAIN || errno == EINTR) ? () : fail(count == 0 ? ECONNRESET : errno)
        }
        stream += chunk[..<count]
        let now = MonotonicClock.now
        var place = 0
        reading: while socket != nil {
            switch TURNFrame.beginning(of: stream.rawSpan.extracting(place..<stream.count)) {
            case .incomplete: break reading
            case .nonsense: return end(.faulty(.error(code: 0, reason: "no STUN")))
            case .frame(let byteCount):
                guard stream.count - place >= byteCount else { break reading }
                for offset in 0..<byteCount { buffer[offset] = stream[place + offset] }
                place += byteCount
                take(0..<byteCount, at: now)
            }
        }
        stream.removeFirst(min(place, stream.count))
        handlers.batchEnded()
        carryOn()
    }

    /// Hands on what came. The buffer is lent, and put back after that: whoever is called may send.
    private func take(_ range: Range<Int>, at now: Instant) {
        guard let arrival = client.handle(buffer.rawSpan.extracting(range), at: now, using: &random) else { return }
        var lent: [UInt8] = []
        swap(&lent, &buffer)
        var span = lent.mutableRawSpan
        var datagram = span._mutatingExtracting(arrival.payload)
        handlers.received(&datagram, arrival.peer, now)
        swap(&lent, &buffer)
    }

    // MARK: Out

    /// Sends a datagram to `peer` through the allocation, or loses it.
    func send(_ datagram: RawSpan, to peer: SocketAddress) {
        guard cause == nil else { return }
        let now = MonotonicClock.now
        let byteCount = TURNFrame.headerByteCount + datagram.byteCount
        guard byteCount + 3 <= frame.count else { return }
        guard let channel = client.send(datagram, to: peer, at: now, using: &random) else { return carryOn() }
        let padding = isTCP ? TURNFrame.paddingByteCount(behind: datagram.byteCount) : 0
        var span = frame.mutableRawSpan
        TURNFrame.writeHeader(channel: channel, byteCount: datagram.byteCount, into: &span)
        span.write(datagram, at: TURNFrame.headerByteCount)
        for offset in 0..<padding { span.storeBytes(of: UInt8(0), toByteOffset: byteCount + offset, as: UInt8.self) }
        transmit(frame.rawSpan.extracting(0..<byteCount + padding))
        carryOn()
    }

    /// Whom the server shall let in.
    func permit(_ addresses: [IPAddress]) {
        client.permit(addresses, at: MonotonicClock.now, using: &random)
        carryOn()
    }

    /// Gives the allocation back and closes.
    func release() {
        client.release(using: &random)
        carryOn()
    }

    private func transmit(_ bytes: RawSpan) {
        guard let number = socket?.rawValue, !isConnecting else { return }
        guard unsent.isEmpty else {
            if unsent.count + bytes.byteCount <= Self.unsentCapacity { unsent += [UInt8](bytes) }
            return
        }
        let count = sendBytes(number, bytes)
        if count < 0, errno != EAGAIN, errno != ENOBUFS, errno != EINTR { return fail(errno) }
        guard isTCP, count < bytes.byteCount else { return }
        unsent = [UInt8](bytes.extracting(max(0, count)..<bytes.byteCount))
        watch?.interest = [.read, .write]
    }

    private func flush() {
        guard let number = socket?.rawValue, !unsent.isEmpty else { return }
        let count = sendBytes(number, unsent.rawSpan)
        if count < 0, errno != EAGAIN, errno != EINTR { return fail(errno) }
        unsent.removeFirst(max(0, count))
        if unsent.isEmpty { watch?.interest = .read }
    }

    // MARK: The client

    private func timeout() {
        let now = MonotonicClock.now
        if let cause { return handlers.ended(cause) }
        if socket == nil { return open() }
        if isConnecting { return end(.faulty(.silent)) }
        client.timeout(at: now, using: &random)
        carryOn()
    }

    private func carryOn() {
        guard cause == nil else { return }
        while let output = client.poll() {
            switch output {
            case .transmit(let bytes): transmit(bytes.rawSpan)
            case .allocated(let address): handlers.allocated(address)
            case .ended(let cause): return end(cause)
            }
        }
        if cause == nil, !isConnecting { timer?.set(client.nextTimeout) }
    }

    private func fail(_ code: Int32) {
        switch code {
        case _ where client.relayed != nil: end(.faulty(.lost))
        case ECONNREFUSED, ECONNRESET, EPIPE: end(.faulty(.refused))
        default: end(.faulty(.silent))
        }
    }

    private func end(_ end: TURNClient.End) {
        guard cause == nil else { return }
        cause = end
        watch = nil  // before the descriptor is closed
        socket = nil
        timer?.set(MonotonicClock.now)
    }
}

/// Not isolated: a closure that an isolated function hands to the standard library checks at each call where it runs.
private func sendBytes(_ number: Int32, _ bytes: RawSpan) -> Int {
    unsafe bytes.withUnsafeBytes { unsafe send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
}
