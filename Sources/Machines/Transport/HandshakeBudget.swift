internal import Basics

/// What others may cost us: token buckets by port, source, introducer, session and device.
///
/// As long as a bare port's own bucket has tokens, initiations are worked on as they come. Then we are under load: who
/// brings no cookie is sent one, and who does has a budget of his own that nobody else can spend.
struct HandshakeBudget: Sendable {
    enum Admission: Equatable, Sendable { case admitted, cookie, refused }

    private enum Purse: Hashable {
        case port(UInt16)
        case introducer(Bytes32)
        case session(SessionID)
        /// A device that has shown who it is: each answer takes an index that then rests for minutes.
        case device(Bytes32)
        /// An IPv4 address, or the /64 of an IPv6 address: the least that one household has.
        case source(IPAddress.Family, UInt64)
        case proven

        var size: TokenBucket.Size {
            switch self {
            case .port: .init(rate: 32, burst: 64)
            case .introducer: .init(rate: 4, burst: 16)
            case .session: .init(interval: .seconds(30), burst: 4)  // each is an entry in the journal
            case .device: .init(rate: 2, burst: 16)
            case .source: .init(rate: 20, burst: 5)  // WireGuard's limiter
            case .proven: .init(rate: 128, burst: 128)  // about 3 % of a core in Diffie-Hellman
            }
        }
    }

    private var buckets: [Purse: TokenBucket] = [:]
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// Whether an initiation on `route` may be worked on. `isProven`: it brought our cookie.
    mutating func admit(_ route: Route, isProven: Bool, at now: Instant) -> Admission {
        switch route {
        case .address(let address, let port):
            if take(.port(port), at: now) { return .admitted }
            guard isProven else { return .cookie }
            return take(Self.source(of: address.ip), at: now) && take(.proven, at: now) ? .admitted : .refused
        case .introducer(let introducer):
            return take(.introducer(introducer), at: now) ? .admitted : .refused
        case .session(let session):
            return take(.session(session), at: now) ? .admitted : .refused
        }
    }

    /// Whether `device` may be answered once more.
    mutating func answer(_ device: Bytes32, at now: Instant) -> Bool { take(.device(device), at: now) }

    private mutating func take(_ purse: Purse, at now: Instant) -> Bool {
        guard buckets[purse] != nil || makeRoom(at: now) else { return false }
        return buckets[purse, default: TokenBucket(purse.size, at: now)].take(at: now)
    }

    /// Forgets full buckets, which are the same as none; false when that gives no room.
    private mutating func makeRoom(at now: Instant) -> Bool {
        guard buckets.count >= capacity else { return true }
        buckets = buckets.filter { !$0.value.isFull(at: now) }
        return buckets.count < capacity
    }

    private static func source(of address: IPAddress) -> Purse {
        switch address.family {
        case .v4: .source(.v4, address.halves.low)
        case .v6: .source(.v6, address.halves.high)
        }
    }
}
