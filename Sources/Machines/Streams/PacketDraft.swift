public import Basics

/// One plaintext that `Delivery` wrote and that is to be sealed.
public struct PacketDraft: Equatable, Sendable {
    enum Content: Equatable { case receipts(ReportedEnd), frames(isProbe: Bool) }

    /// Bytes of the plaintext.
    public let byteCount: Int
    /// The class to seal it under: of the data that is in it, or control.
    public let permit: PermitClass
    let content: Content

    /// Whether the receiver sends a receipt for it.
    public var asksForReceipt: Bool {
        switch content {
        case .receipts: false
        case .frames: true
        }
    }
}
