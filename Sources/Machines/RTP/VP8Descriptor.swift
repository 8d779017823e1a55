import Basics

/// The descriptor before each payload of VP8 (RFC 7741 §4.2):
///
/// ```
///  0 1 2 3 4 5 6 7
/// |X|R|N|S|R| PID |
/// |I|L|T|K|  RSV  |  if X
/// |M|  PictureID  |  if I; with M its other 8 bits follow
/// |   TL0PICIDX   |  if L
/// |TID|Y| KEYIDX  |  if T or K
/// ```
public struct VP8Descriptor: Equatable, Sendable {
    /// N: no other frame refers to this one, so it may be dropped.
    public var isNonReference = false
    /// S: a partition of the frame begins in this packet.
    public var isStartOfPartition = false
    /// PID: the partition that the packet begins in, 0–7.
    public var partition: UInt8 = 0
    /// Numbers the frames.
    public var pictureID: PictureID?
    /// TL0PICIDX: numbers the frames of layer 0; in a frame of a higher layer, the newest one of layer 0 below it.
    public var baseIndex: UInt8?
    /// TID and Y: the temporal layer.
    public var layer: TemporalLayer?
    /// KEYIDX: numbers the key frames, 0–31.
    public var keyIndex: UInt8?

    /// The longest descriptor.
    public static let maximumByteCount = 6

    /// A descriptor without any of the optional fields.
    public init() {}

    /// Whether the packet is the first of its frame (§4.4).
    public var isStartOfFrame: Bool { isStartOfPartition && partition == 0 }

    /// Bytes on the wire.
    public var byteCount: Int {
        guard isExtended else { return 1 }
        return 2 + (pictureID?.byteCount ?? 0) + (baseIndex == nil ? 0 : 1) + (hasLayerByte ? 1 : 0)
    }

    /// Writes the descriptor from `offset` on. Precondition: there is room, and the fields are in their ranges.
    public func write(to packet: inout MutableRawSpan, at offset: Int) {
        precondition(offset >= 0 && byteCount <= packet.byteCount - offset)
        precondition(partition < 8 && keyIndex ?? 0 < 32)
        var end = offset
        let first = bit(isExtended, 7) | bit(isNonReference, 5) | bit(isStartOfPartition, 4) | partition
        append(first, to: &packet, &end)
        guard isExtended else { return }
        let flags = bit(pictureID != nil, 7) | bit(baseIndex != nil, 6) | bit(layer != nil, 5) | bit(keyIndex != nil, 4)
        append(flags, to: &packet, &end)
        if let pictureID {
            if pictureID.isLong { append(0x80 | UInt8(pictureID.rawValue >> 8), to: &packet, &end) }
            append(UInt8(truncatingIfNeeded: pictureID.rawValue), to: &packet, &end)
        }
        if let baseIndex { append(baseIndex, to: &packet, &end) }
        guard hasLayerByte else { return }
        append((layer?.index ?? 0) << 6 | bit(layer?.isSync ?? false, 5) | (keyIndex ?? 0), to: &packet, &end)
    }

    /// Reads the descriptor at the start of `payload`; `offset` is then where it ends.
    init(_ payload: RawSpan, end offset: inout Int) throws(RTPDropReason) {
        offset = 0
        let first = try Self.byte(of: payload, &offset)
        isNonReference = first & 0x20 != 0
        isStartOfPartition = first & 0x10 != 0
        partition = first & 7
        guard first & 0x80 != 0 else { return }
        let flags = try Self.byte(of: payload, &offset)
        if flags & 0x80 != 0 { pictureID = try Self.pictureID(of: payload, &offset) }
        if flags & 0x40 != 0 { baseIndex = try Self.byte(of: payload, &offset) }
        guard flags & 0x30 != 0 else { return }
        let last = try Self.byte(of: payload, &offset)
        if flags & 0x20 != 0 { layer = TemporalLayer(index: last >> 6, isSync: last & 0x20 != 0) }
        if flags & 0x10 != 0 { keyIndex = last & 0x1F }
    }

    private var hasLayerByte: Bool { layer != nil || keyIndex != nil }
    private var isExtended: Bool { pictureID != nil || baseIndex != nil || hasLayerByte }

    private func bit(_ isSet: Bool, _ position: UInt8) -> UInt8 { isSet ? 1 << position : 0 }

    private func append(_ byte: UInt8, to packet: inout MutableRawSpan, _ end: inout Int) {
        packet.writeBigEndian(byte, at: end)
        end += 1
    }

    private static func byte(of payload: RawSpan, _ offset: inout Int) throws(RTPDropReason) -> UInt8 {
        guard offset < payload.byteCount else { throw .truncated(have: payload.byteCount, need: offset + 1) }
        defer { offset += 1 }
        return payload.byte(at: offset)
    }

    private static func pictureID(of payload: RawSpan, _ offset: inout Int) throws(RTPDropReason) -> PictureID {
        let high = try byte(of: payload, &offset)
        guard high & 0x80 != 0 else { return PictureID(short: high) }
        return PictureID(UInt16(high & 0x7F) << 8 | UInt16(try byte(of: payload, &offset)))
    }
}
