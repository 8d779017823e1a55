public import Basics

/// Messages by which a mutual contact carries the beginning of a session between two who cannot reach each other (PROTOCOL
/// §4 `signal`, §6): on the control streams that both have with it. A packet is one of 0xC1 to 0xC4, unchanged; the
/// introducer can read none.
///
/// On the control stream a CBOR map of 0 type, 1 tags, 2 circuit, 3 packet, 4 refusal. Types 6 to 11.
public enum Introduction: Equatable, Sendable {
    /// To an introducer: whoever asks by one of these tags may be led to me. They replace those before; none at all ends it.
    case register([IntroductionTag])
    /// To an introducer: lead this packet to whoever has registered one of these tags. `circuit` names what follows; only its
    /// first packet needs tags.
    case ask(circuit: UInt32, tags: [IntroductionTag], packet: [UInt8])
    /// From an introducer: somebody asked for you. `circuit` is the introducer's name for whoever it is.
    case asked(circuit: UInt32, packet: [UInt8])
    /// To an introducer: lead this back.
    case reply(circuit: UInt32, packet: [UInt8])
    /// From an introducer: this came back.
    case replied(circuit: UInt32, packet: [UInt8])
    /// From an introducer: it is not carried, and why.
    case refused(circuit: UInt32, Refusal)

    /// Why an introducer carries nothing. The raw value is its number on the wire.
    public enum Refusal: UInt8, Sendable {
        /// Nobody has registered such a tag.
        case unknown = 1
        /// More than it carries for one asker.
        case tooMuch
        /// Who was asked for is gone.
        case gone
    }

    private enum Kind: UInt64 { case register = 6, ask, asked, reply, replied, refused }

    /// Tags of one registration at most.
    public static let mostTags = 512
    /// Tags of one question at most: this hour and its neighbours.
    public static let mostTagsAsked = 3
    /// The longest packet.
    public static let longestPacket = 1_200

    /// The fields on the control stream.
    public var fields: CBORMap {
        switch self {
        case .register(let tags): [0: .unsigned(Kind.register.rawValue), 1: Self.value(of: tags)]
        case .ask(let circuit, let tags, let packet):
            tags.isEmpty
                ? Self.fields(.ask, circuit, packet)
                : [
                    0: .unsigned(Kind.ask.rawValue), 1: Self.value(of: tags), 2: .unsigned(UInt64(circuit)),
                    3: .bytes(packet),
                ]
        case .asked(let circuit, let packet): Self.fields(.asked, circuit, packet)
        case .reply(let circuit, let packet): Self.fields(.reply, circuit, packet)
        case .replied(let circuit, let packet): Self.fields(.replied, circuit, packet)
        case .refused(let circuit, let refusal):
            [
                0: .unsigned(Kind.refused.rawValue), 2: .unsigned(UInt64(circuit)),
                4: .unsigned(UInt64(refusal.rawValue)),
            ]
        }
    }

    /// Reads the fields of a message; nil when they are none of these.
    public init?(_ fields: CBORMap) {
        do {
            guard let kind = Kind(rawValue: try fields.uint(0)) else { return nil }
            switch kind {
            case .register: self = .register(try Self.tags(fields, most: Self.mostTags))
            case .ask:
                self = .ask(
                    circuit: try fields.uint(2, as: UInt32.self), tags: try Self.tags(fields, most: Self.mostTagsAsked),
                    packet: try Self.packet(fields))
            case .asked: self = .asked(circuit: try fields.uint(2, as: UInt32.self), packet: try Self.packet(fields))
            case .reply: self = .reply(circuit: try fields.uint(2, as: UInt32.self), packet: try Self.packet(fields))
            case .replied:
                self = .replied(circuit: try fields.uint(2, as: UInt32.self), packet: try Self.packet(fields))
            case .refused:
                guard let refusal = Refusal(rawValue: try fields.uint(4, as: UInt8.self)) else { return nil }
                self = .refused(circuit: try fields.uint(2, as: UInt32.self), refusal)
            }
        } catch { return nil }
    }

    private static func fields(_ kind: Kind, _ circuit: UInt32, _ packet: [UInt8]) -> CBORMap {
        [0: .unsigned(kind.rawValue), 2: .unsigned(UInt64(circuit)), 3: .bytes(packet)]
    }

    private static func value(of tags: [IntroductionTag]) -> CBORValue { .array(tags.map { .bytes($0.bytes) }) }

    private static func tags(_ fields: CBORMap, most: Int) throws(CBORFieldError) -> [IntroductionTag] {
        try fields.arrayIfPresent(1, maximum: most).map { value throws(CBORFieldError) in
            guard let tag = value.bytes.flatMap({ IntroductionTag($0) }) else { throw .unfit(1) }
            return tag
        }
    }

    private static func packet(_ fields: CBORMap) throws(CBORFieldError) -> [UInt8] {
        let packet = try fields.bytes(3, count: 1...longestPacket)
        guard (0xC1...0xC5).contains(packet[0]) else { throw .unfit(3) }
        return packet
    }
}
