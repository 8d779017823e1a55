/// What one sent packet carried and must be told about: the ledger keeps it, and gives it back acknowledged or lost.
enum SentFrame: Equatable, Sendable {
    case stream(StreamID, offset: Int, byteCount: Int, isFinal: Bool)
    case reset(StreamID)
    case stop(StreamID)
    case maxData
    case maxStreamData(StreamID)
    case maxStreams
    case dataBlocked
    case streamDataBlocked(StreamID)
    case streamsBlocked
}

/// Who learns what became of sent frames.
protocol SentFrameOwner {
    /// The peer has the frame.
    mutating func acknowledged(_ frame: SentFrame)
    /// The frame is lost, or must be taken for lost: what still matters of it goes out again.
    mutating func lost(_ frame: SentFrame)
}
