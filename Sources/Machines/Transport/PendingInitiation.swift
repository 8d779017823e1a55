internal import Basics

/// A valid message 1 that the node has not decided about.
struct PendingInitiation: ~Copyable {
    var handshake: ResponderHandshake
    let sender: SessionIndex
    /// SHA-256 of all before mac1.
    let hash: Bytes32
    let route: Route
    /// Bytes of the whole packet, which the answer does not exceed.
    let byteCount: Int
    /// When the node has thought about it for too long.
    let end: Instant

    /// The longest payload of an answer: it shares message 2 with the repeated header.
    var answerByteCount: Int {
        max(0, byteCount - HandshakePacket.responseOverhead - HandshakePacket.headerByteCount)
    }
}
