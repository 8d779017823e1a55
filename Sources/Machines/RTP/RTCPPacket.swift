/// One packet of a compound RTCP packet.
public enum RTCPPacket: Equatable, Sendable {
    /// A sender's report, and how it receives others (at most 31).
    case senderReport(SenderReport, [ReceptionReport])
    /// How `from` receives others (at most 31).
    case receiverReport(from: UInt32, [ReceptionReport])
    /// These sources have ended (at most 31).
    case goodbye([UInt32])
    /// A packet of another type, passed over.
    case other(type: UInt8)

    /// The packet types of RFC 3550 §12.1.
    enum Kind {
        static let senderReport: UInt8 = 200
        static let receiverReport: UInt8 = 201
        static let goodbye: UInt8 = 203
    }
}
