/// How much the peer may send, of one stream or of all (RFC 9000 §4.1).
struct ReceiveCredit: Sendable {
    /// Bytes that the receiver holds for its reader.
    let window: Int
    /// Bytes the peer has used up, gaps included.
    private(set) var received = 0
    /// Bytes the reader has taken, or that nobody will ever read.
    private(set) var consumed = 0
    /// What was announced.
    private(set) var limit: Int

    init(window: Int) {
        self.window = window
        limit = window
    }

    /// Counts `byteCount` more bytes; false, and nothing changed, when the peer had no credit for them.
    mutating func receive(_ byteCount: Int) -> Bool {
        guard byteCount <= limit - received else { return false }
        received += byteCount
        return true
    }

    /// Counts `byteCount` bytes as read.
    mutating func consume(_ byteCount: Int) {
        consumed += byteCount
        precondition(consumed <= received)
    }

    /// Whether half of the window is used, so that a new limit is worth a frame.
    var isWorthRenewing: Bool { renewedLimit - limit >= (window + 1) / 2 }

    /// The limit that a new announcement would have.
    var renewedLimit: Int { consumed + window }

    /// The renewed limit has been announced.
    mutating func renew() { limit = renewedLimit }
}
