public import Basics
public import Mesh

/// Decides what may be sealed to whom: the only source of permits (PROTOCOL §3, SECURITY "The gate").
///
/// Profile `default`: control with the keys; media in a call at accept, to contacts. The caller opens receiving when it
/// dials, so that the first packet after the answer is heard.
public struct Gate: Sendable {
    /// Which way the bytes go.
    public enum Direction: UInt8, Hashable, Comparable, Sendable {
        case receiving = 0, sending = 1

        /// Receiving comes first: a side opens it before it announces.
        public static func < (left: Direction, right: Direction) -> Bool { left.rawValue < right.rawValue }
    }

    /// One permission: this class of bytes, within this call, with this peer, this way.
    public struct Permit: Hashable, Comparable, Sendable {
        /// With whom.
        public let peer: PeerID
        /// Within which call, by its identifier on this machine: the shared one changes when two offers cross.
        public let call: CallID
        /// Which class of bytes.
        public let permitClass: PermitClass
        /// Which way.
        public let direction: Direction

        /// By peer, call, class, direction.
        public static func < (left: Permit, right: Permit) -> Bool {
            if left.peer != right.peer { return left.peer < right.peer }
            if left.call != right.call { return left.call < right.call }
            if left.permitClass != right.permitClass { return left.permitClass.rawValue < right.permitClass.rawValue }
            return left.direction < right.direction
        }
    }

    /// What is to be done with the sessions of the peer, at once.
    public enum Output: Hashable, Sendable {
        case open(Permit)
        case close(Permit)
    }

    private var permits: Set<Permit> = []

    /// Nothing is open.
    public init() {}

    /// Whether a permit is open.
    public func isOpen(_ permit: Permit) -> Bool { permits.contains(permit) }

    /// We call `peer`, whose level is `level`, and it is in the journal.
    public mutating func dialled(_ call: CallID, _ peer: PeerID, level: IdentityLevel) -> [Output] {
        guard level >= .pinned else { return [] }
        return open([Permit(peer: peer, call: call, permitClass: .media, direction: .receiving)])
    }

    /// Both sides want the call, each has announced that it receives, and it is in the journal.
    public mutating func joined(_ call: CallID, _ peer: PeerID, level: IdentityLevel) -> [Output] {
        guard level >= .pinned else { return [] }
        return open(
            [.receiving, .sending].map {
                Permit(peer: peer, call: call, permitClass: .media, direction: $0)
            })
    }

    /// The call with `peer` is over.
    public mutating func left(_ call: CallID, _ peer: PeerID) -> [Output] {
        close { $0.peer == peer && $0.call == call }
    }

    /// Nothing more with `peer`, whatever it was: blocked, removed, or its session is gone.
    public mutating func withdraw(_ peer: PeerID) -> [Output] { close { $0.peer == peer } }

    /// What is open with `peer`, for a session that was made anew in the middle of a call.
    public func permits(with peer: PeerID) -> [Permit] { permits.filter { $0.peer == peer }.sorted() }

    private mutating func open(_ wanted: [Permit]) -> [Output] {
        wanted.filter { permits.insert($0).inserted }.map { .open($0) }
    }

    private mutating func close(where isConcerned: (Permit) -> Bool) -> [Output] {
        let closed = permits.filter(isConcerned).sorted()
        permits.subtract(closed)
        return closed.map { .close($0) }
    }
}
