/// Two devices becoming each other's contacts, by an invite: each stores the other, says `paired`, and acknowledges
/// the other's (PROTOCOL §2). The same on both sides.
public struct Pairing: Equatable, Sendable {
    /// What is to be done, in this order.
    public enum Action: Equatable, Sendable {
        /// Send this on the control stream.
        case send(SessionMessage)
        /// Both sides have each other: whoever waits for it may be told.
        case complete
        /// The other side knows that we know: the invite is burnt and wiped.
        case burn
    }

    private var isStored = false
    private var isHeard = false

    /// Nothing has happened yet.
    public init() {}

    /// Whether both sides have each other.
    public var isComplete: Bool { isStored && isHeard }

    /// Our own contact is stored.
    public mutating func stored() -> [Action] {
        guard !isStored else { return [] }
        isStored = true
        return [.send(.paired)] + (isHeard ? [.complete] : [])
    }

    /// The other side says `paired`. It may say so again after a broken session.
    public mutating func heard() -> [Action] {
        let isFirst = !isHeard
        isHeard = true
        return [.send(.pairedAcknowledged)] + (isFirst && isStored ? [.complete] : [])
    }

    /// The other side acknowledges our `paired`.
    public mutating func acknowledged() -> [Action] { isStored ? [.burn] : [] }

    /// The session was made anew: what was said may have been lost.
    public mutating func sessionRenewed() -> [Action] { isStored ? [.send(.paired)] : [] }
}
