public import Basics

/// One allocation at a TURN server (RFC 8656): an address there that is ours, and what passes through it.
///
/// Bytes of the server and the time go in, bytes for the server come out; the owner has a socket to the server, over UDP
/// or TCP, and opens a new one for each allocation. After each input drain `poll`; call `timeout` at `nextTimeout`.
///
/// Data goes by channels alone: four bytes more than the datagram, so that the largest still fits every way. The server
/// lets in only whom we have sent to, or who is among `permit`.
public struct TURNClient: Sendable {
    /// What to do, and what happened.
    public enum Output: Equatable, Sendable {
        /// To the server.
        case transmit([UInt8])
        /// This address is ours now.
        case allocated(SocketAddress)
        /// Nothing comes after this.
        case ended(End)
    }

    /// Why there is no allocation, or none any more.
    public enum End: Equatable, Sendable {
        /// The server does not do what it is for.
        case faulty(ICEServerReport.Fault)
        /// It knows our port from an allocation of before: another may be well (RFC 8656 §7.4, error 437).
        case portTaken
        /// We gave it back.
        case released
    }

    /// Where a datagram came from that passed through the allocation, and where it lies in what was read.
    public struct Arrival: Equatable, Sendable {
        /// Who sent it, as the server says.
        public let peer: SocketAddress
        /// Its bytes.
        public let payload: Range<Int>
    }

    /// How often a request goes by UDP, and how long the last waits: at 0, 500, 1,500 and 3,500 ms, given up at 5,500 ms.
    private static let mostTransmissions = 4
    private static let firstInterval: Duration = .milliseconds(500)
    private static let patience: Duration = .milliseconds(5_500)
    /// RFC 8489 §9.2.5 wants an end of stale nonces.
    private static let mostChallenges = 3
    /// The allocation is asked for again so soon: a translator on the way forgets us after half a minute.
    private static let keepalive: Duration = .seconds(20)
    /// After so long without a word of the server, though we sent, it is asked whether it lives.
    private static let silence: Duration = .seconds(3)
    /// Permissions last five minutes (RFC 8656 §9).
    private static let permissionRenewal: Duration = .seconds(240)
    /// A channel that was not used for so long is left to its end.
    private static let idleness: Duration = .seconds(300)
    /// A peer that the server refuses is asked for again after this.
    private static let refusal: Duration = .seconds(30)
    /// Addresses that may be permitted, and how many one request names.
    private static let permitCapacity = 64, permitsInRequest = 8
    private static let allocationSeconds: UInt32 = 600

    private enum Kind: Equatable, Sendable {
        case allocate, refresh
        case permissions([IPAddress])
        case bind(UInt16)
    }

    private struct Request: Sendable {
        let kind: Kind
        var transaction: STUNTransaction
        var bytes: [UInt8]
        /// The nonce that it is signed with.
        var nonce: [UInt8]
        var transmissions = 1
        var challenges = 0
        var due: Instant
        var deadline: Instant
    }

    private struct Permission: Sendable {
        let address: IPAddress
        var renewal: Instant
    }

    private enum Phase: Sendable { case idle, allocating, allocated, ended }

    private let username: String
    private let password: Redacted<String>
    private let isReliable: Bool
    private var phase = Phase.idle
    private var realm: [UInt8] = [], nonce: [UInt8] = []
    private var key: [UInt8]?
    private var requests: [Request] = []
    private var channels = TURNChannels()
    private var permissions: [Permission] = []
    private var outputs: [Output] = []
    private var nextRefresh = Instant.distantFuture
    private var unheardSince: Instant?

    /// The address that is ours at the server.
    public private(set) var relayed: SocketAddress?

    /// A client with these long-term credentials. `isReliable`: over TCP, where nothing is sent twice.
    public init(username: String, password: Redacted<String>, isReliable: Bool) {
        self.username = username
        self.password = password
        self.isReliable = isReliable
    }

    /// The next thing to do or to know.
    public mutating func poll() -> Output? { outputs.isEmpty ? nil : outputs.removeFirst() }

    // MARK: - What is wanted

    /// The socket to the server is open: asks for an allocation.
    public mutating func allocate(at now: Instant, using random: inout some RandomNumberGenerator) {
        guard phase == .idle else { return }
        phase = .allocating
        ask(.allocate, at: now, using: &random)
    }

    /// Gives the allocation back, without waiting for an answer.
    public mutating func release(using random: inout some RandomNumberGenerator) {
        if phase == .allocated {
            outputs.append(.transmit(encode(.refresh, STUNTransaction(using: &random), lifetime: 0)))
        }
        end(.released)
    }

    /// Whom the server shall let in though we have not sent there: of other families than ours, and beyond 64, nobody.
    public mutating func permit(
        _ addresses: some Sequence<IPAddress>, at now: Instant, using random: inout some RandomNumberGenerator
    ) {
        var wanted: [Permission] = []
        for address in addresses where !wanted.contains(where: { $0.address == address }) {
            guard wanted.count < Self.permitCapacity else { break }
            wanted.append(permissions.first { $0.address == address } ?? Permission(address: address, renewal: now))
        }
        permissions = wanted
        timeout(at: now, using: &random)
    }

    /// A datagram is to go to `peer`: the channel to frame it with, or nil. Then it waits for its channel and follows as
    /// `.transmit`, or it is lost, where the server refuses the peer.
    public mutating func send(
        _ datagram: RawSpan, to peer: SocketAddress, at now: Instant, using random: inout some RandomNumberGenerator
    ) -> UInt16? {
        guard phase == .allocated, peer.ip.family == relayed?.ip.family else { return nil }
        guard let index = channels.index(of: peer) else {
            open(peer, datagram, at: now, using: &random)
            return nil
        }
        channels[index].lastUse = now
        switch channels[index].state {
        case .pending(let held):
            if held.count < TURNChannels.heldCapacity {
                channels[index].state = .pending(held + [[UInt8](datagram)])
            }
        case .bound(let end) where end > now:
            unheardSince = unheardSince ?? now
            return channels[index].number
        case .bound:
            channels[index].state = .pending([[UInt8](datagram)])
            ask(.bind(channels[index].number), at: now, using: &random)
        case .refused(let end) where end > now: break
        case .refused:
            channels[index].state = .pending([[UInt8](datagram)])
            ask(.bind(channels[index].number), at: now, using: &random)
        }
        return nil
    }

    private mutating func open(
        _ peer: SocketAddress, _ datagram: RawSpan, at now: Instant, using random: inout some RandomNumberGenerator
    ) {
        guard peer.port != 0, let index = channels.open(to: peer, holding: [UInt8](datagram), at: now) else { return }
        ask(.bind(channels[index].number), at: now, using: &random)
    }

    // MARK: - Requests

    private mutating func ask(_ kind: Kind, at now: Instant, using random: inout some RandomNumberGenerator) {
        guard !requests.contains(where: { $0.kind == kind }) else { return }
        let transaction = STUNTransaction(using: &random)
        let request = Request(
            kind: kind, transaction: transaction, bytes: encode(kind, transaction), nonce: nonce,
            due: isReliable ? now + Self.patience : now + Self.firstInterval, deadline: now + Self.patience)
        requests.append(request)
        outputs.append(.transmit(request.bytes))
    }

    private func encode(
        _ kind: Kind, _ transaction: STUNTransaction, lifetime: UInt32 = allocationSeconds
    ) -> [UInt8] {
        var writer: STUNWriter
        switch kind {
        case .allocate:
            writer = STUNWriter(.allocate, transaction)
            writer.add(.requestedTransport, 17 << 24)  // UDP
            writer.add(.lifetime, lifetime)
        case .refresh:
            writer = STUNWriter(.refresh, transaction)
            writer.add(.lifetime, lifetime)
        case .permissions(let addresses):
            writer = STUNWriter(.createPermission, transaction)
            for address in addresses { writer.add(.xorPeerAddress, SocketAddress(address, port: 0)) }
        case .bind(let number):
            writer = STUNWriter(.channelBind, transaction)
            writer.add(.channelNumber, UInt32(number) << 16)
            if let index = channels.index(of: number) { writer.add(.xorPeerAddress, channels[index].peer) }
        }
        guard let key else { return writer.finish(signedWith: nil) }
        writer.add(.username, Array(username.utf8))
        writer.add(.realm, realm)
        writer.add(.nonce, nonce)
        return writer.finish(signedWith: key)
    }

    /// The server wants to know who asks, or has a newer nonce: the same request once more.
    private mutating func challenged(
        _ request: Request, by message: STUNMessage, at now: Instant, using random: inout some RandomNumberGenerator
    ) -> Bool {
        guard request.challenges < Self.mostChallenges, let fresh = message.nonce, fresh != request.nonce,
            let realm = message.realm ?? (key == nil ? nil : self.realm)
        else { return false }
        if key == nil || realm != self.realm {
            // RFC 8489 §9.2.2.
            key = MD5.hash(Array(username.utf8) + [0x3A] + realm + [0x3A] + Array(password.value.utf8))
        }
        (self.realm, nonce) = (realm, fresh)
        var again = request
        again.transaction = STUNTransaction(using: &random)
        (again.bytes, again.nonce) = (encode(request.kind, again.transaction), nonce)
        (again.challenges, again.transmissions) = (request.challenges + 1, 1)
        again.deadline = now + Self.patience
        again.due = isReliable ? again.deadline : now + Self.firstInterval
        requests.append(again)
        outputs.append(.transmit(again.bytes))
        return true
    }

    // MARK: - What the server sends

    /// Takes a datagram of the server, or a frame of its stream. What passed through the allocation is given back.
    public mutating func handle(
        _ bytes: RawSpan, at now: Instant, using random: inout some RandomNumberGenerator
    ) -> Arrival? {
        guard phase != .ended, bytes.byteCount >= TURNFrame.headerByteCount else { return nil }
        if bytes.byte(at: 0) & 0xF0 == 0x40 { return channelData(bytes, at: now) }
        guard let message = STUNMessage(parsing: bytes) else { return nil }
        switch message.messageClass {
        case .request: return nil
        case .indication:
            guard message.method == STUN.Method.data.rawValue, phase == .allocated, let peer = message.peer,
                peer.port != 0, let payload = message.data
            else { return nil }
            unheardSince = nil
            return Arrival(peer: peer, payload: payload)
        case .success, .failure:
            guard let place = requests.firstIndex(where: { $0.transaction == message.transaction }) else { return nil }
            // Without a key there is nothing to check, and nothing that a server grants. Errors come unsigned: who forges
            // one has read our request.
            let isSuccess = message.messageClass == .success
            guard !isSuccess || key.map({ message.isSigned(with: $0, in: bytes) }) ?? true else { return nil }
            unheardSince = nil
            let request = requests.remove(at: place)
            if isSuccess {
                succeeded(request, message, at: now, using: &random)
            } else {
                failed(request, message, at: now, using: &random)
            }
            return nil
        }
    }

    private mutating func channelData(_ bytes: RawSpan, at now: Instant) -> Arrival? {
        let number = UInt16(bytes.byte(at: 0)) << 8 | UInt16(bytes.byte(at: 1))
        let end = TURNFrame.headerByteCount + (Int(bytes.byte(at: 2)) << 8 | Int(bytes.byte(at: 3)))
        guard end <= bytes.byteCount, let index = channels.index(of: number), case .bound = channels[index].state
        else { return nil }
        channels[index].lastUse = now
        unheardSince = nil
        return Arrival(peer: channels[index].peer, payload: TURNFrame.headerByteCount..<end)
    }

    private mutating func succeeded(
        _ request: Request, _ message: STUNMessage, at now: Instant, using random: inout some RandomNumberGenerator
    ) {
        switch request.kind {
        case .allocate:
            guard let relayed = message.relayed, relayed.port != 0, !relayed.ip.isUnspecified else {
                return end(.faulty(.error(code: 0, reason: "an allocation without an address")))
            }
            self.relayed = relayed
            phase = .allocated
            setRefresh(message.lifetime, at: now)
            outputs.append(.allocated(relayed))
            timeout(at: now, using: &random)
        case .refresh: setRefresh(message.lifetime, at: now)
        case .permissions: break
        case .bind(let number): bound(number, at: now)
        }
    }

    private mutating func setRefresh(_ lifetime: UInt32?, at now: Instant) {
        let half = Duration.seconds(Int64(max(2, lifetime ?? Self.allocationSeconds)) / 2)
        nextRefresh = now + min(Self.keepalive, half)
    }

    private mutating func bound(_ number: UInt16, at now: Instant) {
        guard let index = channels.index(of: number) else { return }
        if case .pending(let held) = channels[index].state {
            for datagram in held { outputs.append(.transmit(frame(datagram, channel: number))) }
            if !held.isEmpty { unheardSince = unheardSince ?? now }
        }
        channels[index].state = .bound(until: now + TURNChannels.lifetime)
        channels[index].renewal = now + Self.permissionRenewal
    }

    private func frame(_ datagram: [UInt8], channel: UInt16) -> [UInt8] {
        let padding = isReliable ? TURNFrame.paddingByteCount(behind: datagram.count) : 0
        var frame = [UInt8](repeating: 0, count: TURNFrame.headerByteCount) + datagram
        frame += [UInt8](repeating: 0, count: padding)
        var span = frame.mutableRawSpan
        TURNFrame.writeHeader(channel: channel, byteCount: datagram.count, into: &span)
        return frame
    }

    private mutating func failed(
        _ request: Request, _ message: STUNMessage, at now: Instant, using random: inout some RandomNumberGenerator
    ) {
        let error = message.error ?? (0, "")
        // After the first challenge 401 means that the credentials are wrong, unless the nonce has become another.
        if [401, 438].contains(error.code), !(error.code == 401 && request.kind == .allocate && key != nil),
            challenged(request, by: message, at: now, using: &random)
        {
            return
        }
        switch request.kind {
        case .allocate:
            switch error.code {
            case 401, 441: end(.faulty(.wrongCredential))
            case 437: end(.portTaken)
            default: end(.faulty(.error(code: error.code, reason: error.reason)))
            }
        case .refresh: end(.faulty(.lost))
        case .permissions: break
        case .bind(let number): refused(number, at: now)
        }
    }

    /// Nothing waits any more for a channel that the server does not give.
    private mutating func refused(_ number: UInt16, at now: Instant) {
        guard let index = channels.index(of: number) else { return }
        channels[index].state = .refused(until: now + Self.refusal)
        channels[index].renewal = .distantFuture
    }

    private mutating func end(_ end: End) {
        guard phase != .ended else { return }
        phase = .ended
        relayed = nil
        requests = []
        channels.removeAll()
        outputs.append(.ended(end))
    }

    // MARK: - Time

    /// When `timeout` has something to do.
    public var nextTimeout: Instant {
        guard phase != .ended else { return .distantFuture }
        var next = requests.reduce(Instant.distantFuture) { min($0, $1.due) }
        guard phase == .allocated else { return next }
        next = min(next, nextRefresh)
        if let unheardSince { next = min(next, unheardSince + Self.silence) }
        for channel in channels.all { next = min(next, channel.renewal) }
        for permission in permissions where isOurFamily(permission.address) { next = min(next, permission.renewal) }
        return next
    }

    private func isOurFamily(_ address: IPAddress) -> Bool { address.family == relayed?.ip.family }

    /// Time has passed. An early call does nothing.
    public mutating func timeout(at now: Instant, using random: inout some RandomNumberGenerator) {
        guard phase != .ended else { return }
        retransmit(at: now)
        guard phase == .allocated else { return }
        if let since = unheardSince, since + Self.silence <= now {
            unheardSince = now  // asked once in so long
            ask(.refresh, at: now, using: &random)
        }
        if nextRefresh <= now {
            nextRefresh = now + Self.keepalive
            ask(.refresh, at: now, using: &random)
        }
        renewPermissions(at: now, using: &random)
        for index in channels.all.indices where channels[index].renewal <= now {
            let isIdle = channels[index].lastUse + Self.idleness <= now
            channels[index].renewal = isIdle ? .distantFuture : now + Self.permissionRenewal
            if !isIdle { ask(.bind(channels[index].number), at: now, using: &random) }
        }
    }

    private mutating func renewPermissions(at now: Instant, using random: inout some RandomNumberGenerator) {
        let due = permissions.indices.filter {
            permissions[$0].renewal <= now && isOurFamily(permissions[$0].address)
        }
        for index in due { permissions[index].renewal = now + Self.permissionRenewal }
        for start in stride(from: 0, to: due.count, by: Self.permitsInRequest) {
            let addresses = due[start..<min(start + Self.permitsInRequest, due.count)].map { permissions[$0].address }
            ask(.permissions(addresses), at: now, using: &random)
        }
    }

    private mutating func retransmit(at now: Instant) {
        for index in requests.indices.reversed() where requests[index].due <= now {
            guard !isReliable, requests[index].transmissions < Self.mostTransmissions else {
                unanswered(requests.remove(at: index), at: now)
                if phase == .ended { return }
                continue
            }
            // RFC 8489 §6.2.1: twice as long each time.
            let interval = Self.firstInterval * (1 << requests[index].transmissions)
            requests[index].due = min(now + interval, requests[index].deadline)
            requests[index].transmissions += 1
            outputs.append(.transmit(requests[index].bytes))
        }
    }

    private mutating func unanswered(_ request: Request, at now: Instant) {
        switch request.kind {
        case .allocate: end(.faulty(.silent))
        case .refresh: end(.faulty(.lost))
        case .permissions: break
        case .bind(let number): refused(number, at: now)
        }
    }
}
