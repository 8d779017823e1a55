public import Basics

/// A message about the session itself, on its control stream: a CBOR map of 0 type and 1 bytes. Types 1 to 15.
public enum SessionMessage: Equatable, Sendable {
    /// The sender has the receiver as a contact now: it has stored it (PROTOCOL §2, first contact).
    case paired
    /// The receiver's `paired` has arrived: the invite may be burnt.
    case pairedAcknowledged
    /// Message 1 of a chained rekey, unchanged from its 0xC1 on.
    case rekeyInitiation([UInt8])
    /// Message 2 of a chained rekey, unchanged from its 0xC2 on.
    case rekeyResponse([UInt8])
    /// The sender drops the session now.
    case goodbye

    private enum Kind: UInt64 { case paired = 1, pairedAcknowledged, rekeyInitiation, rekeyResponse, goodbye }

    private static let longestHandshake = 2048

    /// The fields on the control stream.
    public var fields: CBORMap {
        switch self {
        case .paired: [0: .unsigned(Kind.paired.rawValue)]
        case .pairedAcknowledged: [0: .unsigned(Kind.pairedAcknowledged.rawValue)]
        case .rekeyInitiation(let bytes): [0: .unsigned(Kind.rekeyInitiation.rawValue), 1: .bytes(bytes)]
        case .rekeyResponse(let bytes): [0: .unsigned(Kind.rekeyResponse.rawValue), 1: .bytes(bytes)]
        case .goodbye: [0: .unsigned(Kind.goodbye.rawValue)]
        }
    }

    /// Reads the fields of a message; nil when they are none that we know.
    public init?(_ fields: CBORMap) {
        do {
            guard let kind = Kind(rawValue: try fields.uint(0)) else { return nil }
            switch kind {
            case .paired: self = .paired
            case .pairedAcknowledged: self = .pairedAcknowledged
            case .rekeyInitiation: self = .rekeyInitiation(try fields.bytes(1, count: 1...Self.longestHandshake))
            case .rekeyResponse: self = .rekeyResponse(try fields.bytes(1, count: 1...Self.longestHandshake))
            case .goodbye: self = .goodbye
            }
        } catch { return nil }
    }
}
