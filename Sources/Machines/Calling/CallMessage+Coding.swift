public import Basics
internal import Mesh

/// A CBOR map: 0 type, 1 call id, and by type 2 lifetime in milliseconds, 3 media (arrays of kind and SSRCs), 4 cause,
/// 5 kind, 6 truth value. Types 16 to 31 are messages about calls.
extension CallMessage {
    private enum Kind: UInt64 { case offer = 16, ringing, accept, reject, end, mute, source }

    /// The numbers of the messages about calls.
    public static let types: ClosedRange<UInt64> = 16...31
    /// Streams of media that one side of a call may announce.
    public static let mostMedia = 8

    /// The fields on the control stream.
    public var fields: CBORMap {
        var fields: CBORMap = [1: .bytes(call.bytes)]
        func set(_ kind: Kind) { fields[0] = .unsigned(kind.rawValue) }
        switch body {
        case .offer(let lifetime, let media):
            set(.offer)
            fields[2] = .int(lifetime.nanoseconds / 1_000_000)
            fields[3] = Self.encode(media)
        case .ringing: set(.ringing)
        case .accept(let media):
            set(.accept)
            fields[3] = Self.encode(media)
        case .reject(let cause):
            set(.reject)
            fields[4] = .unsigned(UInt64(cause.rawValue))
        case .end(let cause):
            set(.end)
            fields[4] = .unsigned(UInt64(cause.rawValue))
        case .mute(let kind, let isMuted):
            set(.mute)
            fields[5] = .unsigned(UInt64(kind.rawValue))
            fields[6] = .bool(isMuted)
        case .source(let kind, let isRunning):
            set(.source)
            fields[5] = .unsigned(UInt64(kind.rawValue))
            fields[6] = .bool(isRunning)
        }
        return fields
    }

    /// Reads the fields of a message; nil when they are none that we know.
    public init?(_ fields: CBORMap) {
        do {
            guard let kind = Kind(rawValue: try fields.uint(0)),
                let call = CallID(try fields.bytes(1, count: CallID.byteCount))
            else { return nil }
            self.call = call
            switch kind {
            case .offer:
                body = .offer(
                    lifetime: .milliseconds(try fields.uint(2, as: UInt32.self)), media: try Self.media(fields))
            case .ringing: body = .ringing
            case .accept: body = .accept(media: try Self.media(fields))
            case .reject: body = .reject(try Self.cause(fields))
            case .end: body = .end(try Self.cause(fields))
            case .mute: body = .mute(try Self.mediaKind(fields), try fields.bool(6))
            case .source: body = .source(try Self.mediaKind(fields), isRunning: try fields.bool(6))
            }
        } catch { return nil }
    }

    private static func encode(_ media: [MediaDescription]) -> CBORValue {
        .array(
            media.map { stream in
                let numbers = [UInt32(stream.kind.rawValue), stream.ssrc] + (stream.repairSSRC.map { [$0] } ?? [])
                return .array(numbers.map { .unsigned(UInt64($0)) })
            })
    }

    /// Streams of kinds that we do not know are left out, and so are pictures of which nothing could be sent again.
    private static func media(_ fields: CBORMap) throws(CBORFieldError) -> [MediaDescription] {
        try fields.array(3, maximum: mostMedia).compactMap { item in
            guard let numbers = item.array, numbers.count >= 2,
                let kind = numbers[0].uint.flatMap(UInt8.init(exactly:)).flatMap(MediaKind.init(rawValue:)),
                let ssrc = numbers[1].uint.flatMap(UInt32.init(exactly:))
            else { return nil }
            switch kind {
            case .audio: return .audio(ssrc: ssrc)
            case .video:
                guard numbers.count >= 3, let repair = numbers[2].uint.flatMap(UInt32.init(exactly:)) else {
                    return nil
                }
                return .video(ssrc: ssrc, repairSSRC: repair)
            }
        }
    }

    /// A cause that only a later version knows is an ending all the same.
    private static func cause(_ fields: CBORMap) throws(CBORFieldError) -> EndCause {
        try fields.field(4) { field in
            field.uint.map { UInt8(exactly: $0).flatMap(EndCause.init(rawValue:)) ?? .hangup }
        }
    }

    private static func mediaKind(_ fields: CBORMap) throws(CBORFieldError) -> MediaKind {
        try fields.field(5) { $0.uint.flatMap(UInt8.init(exactly:)).flatMap(MediaKind.init(rawValue:)) }
    }
}
