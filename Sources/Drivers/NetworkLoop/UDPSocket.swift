public import Basics
import CShims
import Glibc
public import Platform

/// A UDP socket on the network thread.
///
/// Datagrams are received in batches into memory that is taken once and lent for change in place. Nothing is queued for
/// sending: what the kernel has no room for is dropped and counted, since all that we send can be lost on the way too.
@NetworkActor
public final class UDPSocket {
    /// How a socket is made.
    public struct Options: Equatable, Sendable {
        /// Bytes that the kernel keeps until we read them. It may give less: see `receiveBufferByteCount`.
        public var receiveBufferByteCount = 1 << 20
        /// Bytes that the kernel keeps until the interface sends them.
        public var sendBufferByteCount = 1 << 20
        /// Whether the unspecified IPv6 address leaves IPv4 to another socket.
        public var isIPv6Only = false

        /// The usual.
        public init() {}
    }

    /// Where, whence and when a datagram arrived.
    public struct Arrival: Equatable, Sendable {
        /// Who sent it, as far as anybody can tell.
        public let source: SocketAddress
        /// Our address that it was sent to.
        public let local: IPAddress?
        /// When its batch was read, by `MonotonicClock`.
        public let time: Instant
    }

    /// What became of a datagram that was to be sent.
    public enum SendResult: Equatable, Sendable {
        /// The kernel has it.
        case sent
        /// The kernel has no room: dropped.
        case wouldBlock
        /// There is no way there, or a firewall here forbids it.
        case unreachable
        /// It is longer than the way there carries.
        case tooLarge
        /// Something else, with `errno`.
        case failed(SystemError)
    }

    /// What happened so far, each counted.
    public struct Counters: Equatable, Sendable {
        /// Datagrams handed on.
        public internal(set) var received = 0
        /// Datagrams that came longer than a slot (2,048 bytes) and were dropped.
        public internal(set) var truncated = 0
        /// Datagrams that the kernel dropped since we did not read fast enough.
        public internal(set) var kernelDrops = 0
        /// Datagrams sent.
        public internal(set) var sent = 0
        /// Datagrams not sent: no room.
        public internal(set) var wouldBlock = 0
        /// Datagrams not sent: no way, too long, or another error.
        public internal(set) var failed = 0
    }

    /// What happened so far.
    public private(set) var counters = Counters()
    /// The address that the socket is bound to, with the port that the kernel chose.
    public let address: SocketAddress

    private let socket: DatagramSocket
    private var slots = DatagramSlots()
    private let received: @NetworkActor (inout MutableRawSpan, Arrival) -> Void
    private let batchEnded: @NetworkActor () -> Void
    private var watch: DescriptorWatch?

    /// Binds to `address`; port 0 lets the kernel choose. The unspecified IPv6 address takes IPv4 too.
    ///
    /// `received` is lent each datagram, `batchEnded` is called after at most 32 of them: the place to send and to set
    /// timers once for all.
    public init(
        bindingTo address: SocketAddress, options: Options = Options(),
        received: @escaping @NetworkActor (inout MutableRawSpan, Arrival) -> Void,
        batchEnded: @escaping @NetworkActor () -> Void = {}
    ) throws(SystemError) {
        socket = try DatagramSocket(bindingTo: address, options)
        self.address = try socket.address()
        self.received = received
        self.batchEnded = batchEnded
        watch = DescriptorWatch(socket.descriptor.rawValue, for: .read) { [weak self] _ in self?.receiveBatch() }
    }

    /// Bytes that the kernel really keeps for us.
    public var receiveBufferByteCount: Int { socket.receiveBufferByteCount }

    /// No datagram is handed on after this. The port is free when the last owner lets go.
    public func close() { watch = nil }

    /// Sends one datagram; `local` is the address of ours that it shall come from, where that matters.
    @discardableResult
    public func send(_ datagram: RawSpan, to target: SocketAddress, from local: IPAddress? = nil) -> SendResult {
        let result = result(of: socket.send(datagram, to: target, from: local))
        switch result {
        case .sent: counters.sent += 1
        case .wouldBlock: counters.wouldBlock += 1
        case .unreachable, .tooLarge, .failed: counters.failed += 1
        }
        return result
    }

    private func result(of code: Int32) -> SendResult {
        switch code {
        case 0: .sent
        case EAGAIN, ENOBUFS, ENOMEM: .wouldBlock
        case EMSGSIZE: .tooLarge
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, ECONNREFUSED, EADDRNOTAVAIL, EAFNOSUPPORT, EPERM, EACCES, EINVAL:
            .unreachable
        default: .failed(SystemError("sendmsg", code: code))
        }
    }

    /// One batch each turn of the loop, so that a flood on this socket cannot keep others from theirs.
    private func receiveBatch() {
        let count = slots.fill(from: socket.descriptor)
        guard count > 0 else { return }  // a datagram whose checksum was wrong
        let now = MonotonicClock.now
        for index in 0..<count where watch != nil { handOn(index, of: &slots, now) }
        if watch != nil { batchEnded() }
    }

    private func handOn(_ index: Int, of slots: inout DatagramSlots, _ now: Instant) {
        let header = slots.take(index)
        if header.has_kernel_drops != 0 { counters.kernelDrops = Int(header.kernel_drops) }
        guard header.is_truncated == 0 else { return counters.truncated += 1 }
        counters.received += 1
        let local = header.has_local != 0 ? IPAddress(v6: header.local.high, header.local.low) : nil
        let arrival = Arrival(source: SocketAddress(header.source), local: local, time: now)
        var bytes = slots.bytes(of: header, at: index)
        received(&bytes, arrival)
    }
}
