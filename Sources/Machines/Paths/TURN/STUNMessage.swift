internal import Basics

/// Names one request and its answer: 96 random bits.
struct STUNTransaction: Hashable, Sendable {
    let high: UInt32
    let low: UInt64

    init(high: UInt32, low: UInt64) { (self.high, self.low) = (high, low) }

    init(using random: inout some RandomNumberGenerator) { self.init(high: random.next(), low: random.next()) }
}

/// What TURN asks for (RFC 8656 §17, §18).
enum STUN {
    static let cookie: UInt32 = 0x2112_A442
    static let headerByteCount = 20

    enum Method: UInt16 {
        case allocate = 0x003, refresh = 0x004, send = 0x006, data = 0x007, createPermission = 0x008
        case channelBind = 0x009
    }

    enum Class: UInt16 { case request = 0, indication, success, failure }

    enum Attribute: UInt16 {
        case username = 0x0006, messageIntegrity = 0x0008, errorCode = 0x0009, channelNumber = 0x000C
        case lifetime = 0x000D, xorPeerAddress = 0x0012, data = 0x0013, realm = 0x0014, nonce = 0x0015
        case xorRelayedAddress = 0x0016, requestedTransport = 0x0019
    }
}

/// A message of a TURN server (RFC 8489 §5), as far as a TURN client reads it.
///
/// ```
/// 0   2  0b00, and the bits of method and class
/// 2   2  length of what follows the header
/// 4   4  0x2112A442
/// 8  12  transaction
/// 20     attributes: 2 type, 2 length, value, zeros up to a multiple of four
/// ```
struct STUNMessage {
    let method: UInt16
    let messageClass: STUN.Class
    let transaction: STUNTransaction
    private(set) var error: (code: Int, reason: String)?
    private(set) var realm: [UInt8]?
    private(set) var nonce: [UInt8]?
    private(set) var lifetime: UInt32?
    private(set) var relayed: SocketAddress?
    private(set) var peer: SocketAddress?
    /// Where the DATA attribute's value lies.
    private(set) var data: Range<Int>?
    /// Where the MESSAGE-INTEGRITY attribute begins.
    private var integrity: Int?

    /// Realms and nonces have at most 763 bytes (RFC 8489 §14.9, §14.10).
    private static let longestText = 763

    /// Reads a message; nil when it is none. Whether it is signed is asked for with `isSigned`.
    init?(parsing bytes: RawSpan) {
        guard bytes.byteCount >= STUN.headerByteCount, bytes.byte(at: 0) < 0x40,
            Self.number(bytes, at: 4, count: 4) == UInt64(STUN.cookie)
        else { return nil }
        let length = Int(Self.number(bytes, at: 2, count: 2))
        guard length % 4 == 0, bytes.byteCount == STUN.headerByteCount + length else { return nil }
        let type = UInt16(truncatingIfNeeded: Self.number(bytes, at: 0, count: 2))
        // RFC 8489 §5: the class's two bits stand between those of the method.
        guard let messageClass = STUN.Class(rawValue: type >> 7 & 2 | type >> 4 & 1) else { return nil }
        self.messageClass = messageClass
        method = type & 0xF | type >> 1 & 0x70 | type >> 2 & 0xF80
        transaction = STUNTransaction(
            high: UInt32(truncatingIfNeeded: Self.number(bytes, at: 8, count: 4)),
            low: Self.number(bytes, at: 12, count: 8))
        guard readAttributes(of: bytes) else { return nil }
    }

    /// False when one is longer than what is left. What stands behind MESSAGE-INTEGRITY is not signed, and left alone.
    private mutating func readAttributes(of bytes: RawSpan) -> Bool {
        var place = STUN.headerByteCount
        while place < bytes.byteCount, integrity == nil {
            guard bytes.byteCount - place >= 4 else { return false }
            let type = UInt16(truncatingIfNeeded: Self.number(bytes, at: place, count: 2))
            let count = Int(Self.number(bytes, at: place + 2, count: 2))
            let value = place + 4..<place + 4 + count
            guard value.upperBound <= bytes.byteCount else { return false }
            if type == STUN.Attribute.messageIntegrity.rawValue {
                guard count == 20 else { return false }
                integrity = place
            } else {
                read(type, value, bytes)
            }
            place = value.lowerBound + (count + 3) / 4 * 4
        }
        return true
    }

    /// Of attributes that come twice the first counts (RFC 8489 §14).
    private mutating func read(_ type: UInt16, _ range: Range<Int>, _ bytes: RawSpan) {
        let value = bytes.extracting(range)
        switch STUN.Attribute(rawValue: type) {
        case .errorCode: error = error ?? Self.error(value)
        case .realm where value.byteCount <= Self.longestText: realm = realm ?? [UInt8](value)
        case .nonce where value.byteCount <= Self.longestText: nonce = nonce ?? [UInt8](value)
        case .lifetime where value.byteCount == 4:
            lifetime = lifetime ?? UInt32(truncatingIfNeeded: Self.number(value, at: 0, count: 4))
        case .xorRelayedAddress: relayed = relayed ?? address(value)
        case .xorPeerAddress: peer = peer ?? address(value)
        case .data: data = data ?? range
        default: break
        }
    }

    private static func error(_ value: RawSpan) -> (code: Int, reason: String)? {
        guard value.byteCount >= 4 else { return nil }
        let code = Int(value.byte(at: 2) & 7) * 100 + Int(value.byte(at: 3) % 100)
        // A server's words are for a terminal: printable ASCII, and not many.
        let reason = [UInt8](value.extracting(4..<value.byteCount)).prefix(128).filter { (0x20...0x7E).contains($0) }
        return (code, String(decoding: reason, as: UTF8.self))
    }

    /// RFC 8489 §14.2: hidden behind the cookie and the transaction, from translators that look for addresses.
    private func address(_ value: RawSpan) -> SocketAddress? {
        guard value.byteCount >= 8 else { return nil }
        let port = UInt16(truncatingIfNeeded: Self.number(value, at: 2, count: 2)) ^ UInt16(STUN.cookie >> 16)
        switch (value.byte(at: 1), value.byteCount) {
        case (1, 8):
            let bits = UInt32(truncatingIfNeeded: Self.number(value, at: 4, count: 4)) ^ STUN.cookie
            return SocketAddress(IPAddress(v4: bits), port: port)
        case (2, 20):
            let mask = UInt64(STUN.cookie) << 32 | UInt64(transaction.high)
            let high = Self.number(value, at: 4, count: 8) ^ mask
            return SocketAddress(
                IPAddress(v6: high, Self.number(value, at: 12, count: 8) ^ transaction.low), port: port)
        default: return nil
        }
    }

    /// Whether whoever wrote `bytes`, from which this was read, knows `key` (RFC 8489 §14.5).
    func isSigned(with key: [UInt8], in bytes: RawSpan) -> Bool {
        guard let integrity else { return false }
        var signed = [UInt8](bytes.extracting(0..<integrity))
        let length = UInt16(integrity + 24 - STUN.headerByteCount)
        (signed[2], signed[3]) = (UInt8(length >> 8), UInt8(length & 0xFF))
        let code = SHA1.authenticate(signed, key: key)
        return (0..<20).reduce(UInt8(0)) { $0 | (bytes.byte(at: integrity + 4 + $1) ^ code[$1]) } == 0
    }

    /// A number in network byte order. Precondition: it lies within.
    private static func number(_ bytes: RawSpan, at offset: Int, count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 << 8 | UInt64(bytes.byte(at: offset + $1)) }
    }
}
