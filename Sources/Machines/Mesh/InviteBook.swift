public import Basics

/// The invites that we have made: one use each, expiring, revocable (PROTOCOL §2).
public struct InviteBook: Sendable {
    /// How far one invite has come.
    public enum State: Equatable, Sendable {
        /// Nobody has used it.
        case open
        /// The device with this Noise static key uses it; nobody else may any more.
        case bound(Bytes32)
        /// Both sides have each other; using it again raises an alarm.
        case used(by: Bytes32)
    }

    /// One invite.
    public struct Invite: Sendable {
        /// Names it in message 1.
        public let id: UInt64
        /// The secret that goes into the pre-shared key; wiped once used.
        public internal(set) var secret: SharedSecret?
        /// When it can no longer be used.
        public let expiry: WallTime
        /// How far it has come.
        public internal(set) var state: State = .open

        /// An invite as it was made or stored.
        public init(id: UInt64, secret: SharedSecret?, expiry: WallTime, state: State) {
            self.id = id
            self.secret = secret
            self.expiry = expiry
            self.state = state
        }
    }

    /// What became of an attempt to use an invite.
    public enum Use: Sendable {
        /// It may be used, with this secret.
        case granted(SharedSecret)
        /// There is no such invite, or it is over: silence.
        case unknown
        /// It has been used, or is in use by another device: somebody else holds the code.
        case alarm
    }

    /// Invites at most, used ones included until they expire.
    public static let capacity = 256

    /// The invites, by id.
    public private(set) var invites = OrderedMap<UInt64, Invite>()

    /// No invites.
    public init() {}

    /// Adds an invite; false when there are as many as there may be.
    public mutating func add(_ invite: Invite) -> Bool {
        guard invites.count < Self.capacity else { return false }
        invites[invite.id] = invite
        return true
    }

    /// The device `noiseStatic` names an invite in its message 1: from the first on, the invite is bound to it.
    public mutating func use(_ id: UInt64, by noiseStatic: Bytes32, at now: WallTime) -> Use {
        guard let invite = invites[id], now < invite.expiry else { return .unknown }
        switch invite.state {
        case .open: break
        case .bound(let first): guard first == noiseStatic else { return .alarm }
        case .used: return .alarm
        }
        guard let secret = invite.secret else { return .unknown }
        invites.update(id) { $0.state = .bound(noiseStatic) }
        return .granted(secret)
    }

    /// Both sides have acknowledged "paired": the secret is wiped, and any later use raises an alarm.
    public mutating func burn(_ id: UInt64) {
        invites.update(id) { invite in
            guard case .bound(let device) = invite.state else { return }
            invite.secret = nil
            invite.state = .used(by: device)
        }
    }

    /// Forgets an invite; false when there is none.
    public mutating func revoke(_ id: UInt64) -> Bool { invites.removeValue(forKey: id) != nil }

    /// Forgets what has expired, and says which.
    public mutating func expire(at now: WallTime) -> [UInt64] {
        let over = invites.values.filter { $0.expiry <= now }.map(\.id)
        for id in over { invites.removeValue(forKey: id) }
        return over
    }
}
