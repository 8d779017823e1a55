public import Basics

/// Which secrets the initiator has mixed into the pre-shared key (PROTOCOL §2, "psk").
public struct PSKSelectors: Equatable, Sendable {
    /// The pairing secret of the two devices.
    public var usesPairing = false
    /// The secret of the invite with this id.
    public var invite: UInt64?
    /// The tag of what the last handshake of this chain left behind, 8 bytes.
    public var resume: [UInt8]?

    /// None: both parts of the pre-shared key are zeros.
    public init() {}
}

/// The payload of handshake message 1: a CBOR map of 1 certificate, 2 TAI64N stamp, 3 selectors (1 pairing, 2 invite
/// id, 4 resume tag), 4 versions, 5 lifetime in seconds, 8 the sender's name, 9 padding and 11 a filler number.
public struct HandshakeOffer: Sendable {
    /// The initiator's certificate, not verified yet.
    public var certificate: [UInt8]
    /// The initiator's TAI64N stamp.
    public var stamp: [UInt8]
    /// Which secrets are in the pre-shared key.
    public var selectors = PSKSelectors()
    /// How long the offer may be answered.
    public var lifetime: Duration
    /// The name that the initiator goes by.
    public var name: Redacted<String>

    /// Number of bytes of a TAI64N stamp.
    public static let stampByteCount = 12
    /// The versions of the protocol that we speak.
    public static let versions: [UInt64] = [1]

    /// An offer by the holder of `certificate`.
    public init(
        certificate: [UInt8], stamp: [UInt8], selectors: PSKSelectors, lifetime: Duration, name: Redacted<String>
    ) {
        self.certificate = certificate
        self.stamp = stamp
        self.selectors = selectors
        self.lifetime = lifetime
        self.name = name
    }

    /// Reads a payload; nil when it is not one, or speaks none of our versions.
    public init?(decoding payload: [UInt8]) {
        do {
            let fields = try CBORValue(decoding: payload).map ?? [:]
            certificate = try fields.bytes(1, count: 1...Certificate.longestByteCount)
            stamp = try fields.bytes(2, count: Self.stampByteCount)
            let chosen = try fields.map(3)
            selectors.usesPairing = try chosen.boolIfPresent(1)
            selectors.invite = try chosen.uintIfPresent(2)
            selectors.resume = try chosen.bytesIfPresent(4, count: 8...8)
            let versions = try fields.array(4, maximum: 16)
            guard versions.contains(where: { Self.versions.map(CBORValue.unsigned).contains($0) }) else { return nil }
            lifetime = .seconds(try fields.uint(5, as: UInt16.self))
            name = Redacted(try fields.textIfPresent(8, maximum: Identity.longestName) ?? "")
        } catch { return nil }
    }

    /// The payload, padded to exactly `byteCount` bytes where that is possible: a bare port answers with no more than
    /// it was sent, so message 1 is as long as message 2 can become.
    public func encoded(paddedTo byteCount: Int) -> [UInt8] {
        let plain: CBORMap = [
            1: .bytes(certificate), 2: .bytes(stamp), 3: .map(chosen), 4: .array(Self.versions.map { .unsigned($0) }),
            5: .int(lifetime.components.seconds), 8: .text(name.value),
        ]
        // The head of a CBOR byte string grows at 24 and 256 bytes, so that a few lengths need the filler as well.
        for filler: CBORValue? in [nil, 0] {
            var fields = plain
            fields[11] = filler
            let missing = byteCount - CBORValue.map(fields).encoded.count
            for head in 2...4 where missing >= head {
                var padded = fields
                padded[9] = .bytes([UInt8](repeating: 0, count: missing - head))
                let payload = CBORValue.map(padded).encoded
                if payload.count == byteCount { return payload }
            }
        }
        return CBORValue.map(plain).encoded
    }

    private var chosen: CBORMap {
        var map = CBORMap()
        if selectors.usesPairing { map[1] = true }
        if let invite = selectors.invite { map[2] = .unsigned(invite) }
        if let resume = selectors.resume { map[4] = .bytes(resume) }
        return map
    }
}

/// The payload of handshake message 2, after its repeated clear header: 1 certificate, 8 name.
public struct HandshakeAnswer: Sendable {
    /// The responder's certificate, not verified yet.
    public var certificate: [UInt8]
    /// The name that the responder goes by.
    public var name: Redacted<String>

    /// An answer by the holder of `certificate`.
    public init(certificate: [UInt8], name: Redacted<String>) {
        self.certificate = certificate
        self.name = name
    }

    /// Reads a payload; nil when it is not one.
    public init?(decoding payload: [UInt8]) {
        do {
            let fields = try CBORValue(decoding: payload).map ?? [:]
            certificate = try fields.bytes(1, count: 1...Certificate.longestByteCount)
            name = Redacted(try fields.textIfPresent(8, maximum: Identity.longestName) ?? "")
        } catch { return nil }
    }

    /// The payload.
    public var encoded: [UInt8] {
        CBORValue.map([1: .bytes(certificate), 8: .text(name.value)]).encoded
    }
}
