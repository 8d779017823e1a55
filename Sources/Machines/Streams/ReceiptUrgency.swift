internal import Basics

/// How soon the sender of a packet is to be told that it arrived.
enum ReceiptUrgency: Sendable {
    /// Not for this packet's sake: padding and receipts (PROTOCOL §3).
    case none
    /// Media: nothing is sent again for the want of this receipt. It says how the path does, and each costs both sides a
    /// packet.
    case relaxed
    /// Everything else: somebody may wait for it.
    case prompt

    /// What a packet asks for by the first byte of its plaintext.
    init(firstByte: UInt8) {
        switch firstByte {
        case PlaintextKind.padding, PlaintextKind.receipts: self = .none
        case 128...191: self = .relaxed  // RTP and RTCP
        default: self = .prompt
        }
    }

    /// The longest wait.
    var delay: Duration? {
        switch self {
        case .none: nil
        case .relaxed: ReceiptCollector.longestDelay
        case .prompt: ReceiptCollector.promptDelay
        }
    }
}
