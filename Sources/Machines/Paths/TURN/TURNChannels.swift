internal import Basics

/// The peers that one allocation talks to, each by a channel (RFC 8656 §12).
struct TURNChannels: Sendable {
    struct Channel: Sendable {
        enum State: Sendable {
            /// Asked for; these datagrams wait.
            case pending([[UInt8]])
            /// Until the binding ends.
            case bound(until: Instant)
            /// The server does not want it, or did not say; not asked again before then.
            case refused(until: Instant)
        }

        let number: UInt16
        let peer: SocketAddress
        var state: State
        /// When the binding is asked for again.
        var renewal: Instant
        var lastUse: Instant
    }

    /// As many peers as anybody needs at once; the server keeps one timer for each.
    static let capacity = 256
    /// Datagrams that wait for a binding: what a handshake sends within its round trip.
    static let heldCapacity = 8
    private static let numbers: ClosedRange<UInt16> = 0x4000...0x4FFF
    /// RFC 8656 §12: a number means the same peer for ten minutes, and nobody else for five more.
    static let lifetime: Duration = .seconds(600)
    private static let rest: Duration = .seconds(300)

    private(set) var all: [Channel] = []
    private var newest: UInt16 = numbers.upperBound

    func index(of peer: SocketAddress) -> Int? { all.firstIndex { $0.peer == peer } }

    func index(of number: UInt16) -> Int? { all.firstIndex { $0.number == number } }

    subscript(index: Int) -> Channel {
        get { all[index] }
        set { all[index] = newValue }
    }

    /// A channel for a new peer, to be asked for; nil when there is no room.
    mutating func open(to peer: SocketAddress, holding datagram: [UInt8], at now: Instant) -> Int? {
        forgetOld(at: now)
        guard all.count < Self.capacity else { return nil }
        repeat {
            newest = newest == Self.numbers.upperBound ? Self.numbers.lowerBound : newest + 1
        } while index(of: newest) != nil
        all.append(
            Channel(number: newest, peer: peer, state: .pending([datagram]), renewal: .distantFuture, lastUse: now))
        return all.count - 1
    }

    /// Bindings that have ended long ago may be others' now.
    private mutating func forgetOld(at now: Instant) {
        all.removeAll { channel in
            switch channel.state {
            case .pending: false
            case .bound(let end): end + Self.rest <= now
            case .refused(let end): end <= now
            }
        }
    }

    mutating func removeAll() { all = [] }
}
