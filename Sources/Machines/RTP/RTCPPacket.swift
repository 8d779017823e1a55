/// One packet of a compound RTCP packet.
public enum RTCPPacket: Equatable, Sendable {
    /// A sender's report, and how it receives others (at most 31).
    case senderReport(SenderReport, [ReceptionReport])
    /// How `from` receives others (at most 31).
    case receiverReport(from: UInt32, [ReceptionReport])
    /// These sources have ended (at most 31).
    case goodbye([UInt32])
    /// `from` asks for packets of `media` again (generic NACK, RFC 4585 §6.2.1).
    case missing(from: UInt32, media: UInt32, [NACKEntry])
    /// `from` cannot show `media` without a key frame (PLI, RFC 4585 §6.3.1).
    case pictureLoss(from: UInt32, media: UInt32)
    /// A packet of another type, passed over.
    case other(type: UInt8)

    /// The packet types of RFC 3550 §12.1 and RFC 4585 §6.1.
    enum Kind {
        static let senderReport: UInt8 = 200
        static let receiverReport: UInt8 = 201
        static let goodbye: UInt8 = 203
        static let transportFeedback: UInt8 = 205
        static let payloadFeedback: UInt8 = 206
    }

    /// The formats of feedback of RFC 4585 §6.2, §6.3.
    enum Format {
        static let genericNACK = 1
        static let pictureLoss = 1
    }
}
