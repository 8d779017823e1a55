import Basics
import CSTUN
import CShims
import Glibc
import NetworkLoop
import Paths
import Platform

/// One question to a STUN or TURN server of our own, since libnice does not tell why a server gave no candidate: a
/// Binding, or an Allocation that is given back at once.
@NetworkActor
@safe
final class ServerQuestion {
    /// How it ended.
    enum Outcome: Equatable {
        /// The server does what it is for.
        case works
        /// It does not.
        case faulty(ICEServerReport.Fault)
        /// This machine had no socket to ask with.
        case untold
    }

    private enum Phase {
        /// TCP is not connected yet.
        case connecting
        /// A Binding or an Allocation is asked for.
        case asking
        /// It was given, and is given back.
        case releasing
        case ended
    }

    /// RFC 8489 §6.2.1: 500 ms, then twice as long each time.
    private static let firstRetransmission = Duration.milliseconds(500)
    /// Four requests, and as long again for the answer to the last: a server that answers later serves no call.
    private static let patience = Duration.seconds(6)
    /// A server that keeps saying that our nonce is stale is asked no further.
    private static let challengeLimit = 3

    private let server: ResolvedServer
    private let answered: @NetworkActor (Outcome) -> Void
    private let question: OpaquePointer
    private var socket: Descriptor?
    private var watch: DescriptorWatch?
    private var timer: LoopTimer?
    private var phase = Phase.connecting
    private var deadline = MonotonicClock.now + patience
    private var retransmission = (interval: firstRetransmission, due: MonotonicClock.now)
    private var request: [UInt8] = []
    private var stream: [UInt8] = []
    private var challenges = 0
    private var isSecondTry = false

    /// Asks `server`; `answered` is called once, later.
    init(_ server: ResolvedServer, _ answered: @escaping @NetworkActor (Outcome) -> Void) {
        self.server = server
        self.answered = answered
        var username = "", password = ""
        if case .turn(_, let name, let credential) = server.server.service {
            (username, password) = (name, credential.value)
        }
        guard let question = unsafe parley_stun_new(username, password) else { preconditionFailure("no memory") }
        unsafe self.question = question
        timer = LoopTimer { [weak self] in self?.timeout() }
        timer?.set(MonotonicClock.now)  // begins in the next turn: nobody is called back before `init` has returned
    }

    isolated deinit {
        watch = nil  // before the descriptor is closed
        unsafe parley_stun_free(question)
    }

    private var isTCP: Bool { server.relayTransport == .tcp }

    // MARK: The socket

    private func open() {
        socket = ServerSocket.open(to: server.address, isTCP: isTCP)
        guard let number = socket?.rawValue else { return end(.untold) }
        let isConnecting = !ServerSocket.connect(number, to: server.address)
        if isConnecting, errno != EINPROGRESS { return fail(errno) }
        watch = DescriptorWatch(number, for: isConnecting ? [.read, .write] : .read) { [weak self] ready in
            self?.proceed(ready)
        }
        if !isConnecting { ask(server.isTURN ? PARLEY_STUN_ALLOCATION : PARLEY_STUN_BINDING) }
    }

    private func proceed(_ ready: DescriptorWatch.Readiness) {
        if phase == .connecting {
            guard let number = socket?.rawValue else { return }
            let code = ServerSocket.failure(of: number)
            guard code == 0 else { return fail(code) }
            guard ready.contains(.write) else { return }
            watch?.interest = .read
            return ask(PARLEY_STUN_ALLOCATION)
        }
        read()
    }

    private func read() {
        guard let number = socket?.rawValue else { return }
        var buffer = [UInt8](repeating: 0, count: 2_048)
        let count = unsafe recv(number, &buffer, buffer.count, 0)
        guard count >= 0 else { return errno == EAGAIN || errno == EINTR ? () : fail(errno) }
        guard isTCP else { return take(Array(buffer[..<count])) }
        guard count > 0 else { return fail(ECONNRESET) }
        stream += buffer[..<count]
        // RFC 8489 §6.2.2: over TCP the length in a message's own header frames it.
        while phase != .ended, stream.count >= 20 {
            let byteCount = 20 + (Int(stream[2]) << 8 | Int(stream[3]))
            guard byteCount <= 2_048 else { return end(.faulty(.error(code: 0, reason: "no STUN"))) }
            guard stream.count >= byteCount else { return }
            let message = Array(stream[..<byteCount])
            stream.removeFirst(byteCount)
            take(message)
        }
    }

    // MARK: The transaction

    private func ask(_ kind: parley_stun_request_kind) {
        var byteCount = 0
        guard let bytes = unsafe parley_stun_request(question, kind, &byteCount) else {
            return end(.faulty(.wrongCredential))
        }
        request = unsafe Array(UnsafeBufferPointer(start: bytes, count: byteCount))
        phase = kind == PARLEY_STUN_RELEASE ? .releasing : .asking
        retransmission = (Self.firstRetransmission, MonotonicClock.now)
        transmit()
    }

    private func transmit() {
        guard let number = socket?.rawValue else { return }
        let count = unsafe request.withUnsafeBytes {
            unsafe send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0, errno != EAGAIN { return fail(errno) }
        let now = MonotonicClock.now
        retransmission = (retransmission.interval * 2, isTCP ? deadline : now + retransmission.interval)
        timer?.set(min(deadline, retransmission.due))
    }

    private func timeout() {
        switch phase {
        case .connecting where socket == nil: timer?.set(deadline); open()
        case .connecting: end(.faulty(.silent))
        case .asking, .releasing:
            guard MonotonicClock.now >= deadline else { return transmit() }
            end(phase == .releasing ? .works : .faulty(.silent))
        case .ended: break
        }
    }

    private func take(_ message: [UInt8]) {
        var code: Int32 = 0, reason: UnsafePointer<CChar>?, byteCount = 0
        let answer = unsafe message.withUnsafeBytes { bytes in
            unsafe parley_stun_read(question, bytes.baseAddress, bytes.count, &code, &reason, &byteCount)
        }
        switch (answer, phase) {
        case (PARLEY_STUN_SUCCESS, .asking):
            if server.isTURN { ask(PARLEY_STUN_RELEASE) } else { end(.works) }
        case (PARLEY_STUN_ERROR, .asking):
            let text = unsafe UnsafeRawBufferPointer(start: reason, count: byteCount)
            challenge(Int(code), unsafe Self.plainText(text))
        case (PARLEY_STUN_SUCCESS, .releasing), (PARLEY_STUN_ERROR, .releasing): end(.works)
        default: break  // not ours: a late or a forged one
        }
    }

    /// RFC 8656 §6.4: 437 says that the server knows our address from an allocation of before us: a translator gave us a
    /// port that another had. From another port it may be well.
    private func startAnew() {
        watch = nil  // before the descriptor is closed
        socket = nil
        stream = []
        challenges = 0
        phase = .connecting
        timer?.set(deadline)
        open()
    }

    /// RFC 8489 §9.2.5: the first 401 names the realm and the nonce, 438 a newer nonce; another 401 refuses us.
    private func challenge(_ code: Int, _ reason: String) {
        challenges += 1
        switch code {
        case 401 where challenges == 1 && server.isTURN, 438 where challenges < Self.challengeLimit:
            ask(server.isTURN ? PARLEY_STUN_ALLOCATION : PARLEY_STUN_BINDING)
        case 437 where !isSecondTry:
            isSecondTry = true
            startAnew()
        case 401, 441: end(.faulty(.wrongCredential))
        default: end(.faulty(.error(code: code, reason: reason)))
        }
    }

    /// A server's words are for a terminal: printable ASCII, and not many.
    private static func plainText(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: unsafe bytes.prefix(128).filter { (0x20...0x7E).contains($0) }, as: UTF8.self)
    }

    private func fail(_ code: Int32) {
        guard phase != .releasing else { return end(.works) }
        switch code {
        case ECONNREFUSED, ECONNRESET, EPIPE, EHOSTUNREACH, EACCES, EPERM: end(.faulty(.refused))
        default: end(.faulty(.silent))
        }
    }

    private func end(_ outcome: Outcome) {
        guard phase != .ended else { return }
        phase = .ended
        watch = nil  // before the descriptor is closed
        socket = nil
        timer = nil
        answered(outcome)
    }
}
