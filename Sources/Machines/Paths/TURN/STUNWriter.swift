internal import Basics

/// Writes a request to a TURN server.
struct STUNWriter {
    private var bytes: [UInt8]
    private let transaction: STUNTransaction

    init(_ method: STUN.Method, _ transaction: STUNTransaction) {
        var writer = ByteWriter(capacity: 256)
        // All methods of TURN have numbers below 16: their bits stand together, and those of a request's class are 0.
        writer.bigEndian(method.rawValue)
        writer.bigEndian(UInt16(0))
        writer.bigEndian(STUN.cookie)
        writer.bigEndian(transaction.high)
        writer.bigEndian(transaction.low)
        bytes = writer.bytes
        self.transaction = transaction
    }

    mutating func add(_ attribute: STUN.Attribute, _ value: [UInt8]) {
        var writer = ByteWriter()
        writer.bigEndian(attribute.rawValue)
        writer.bigEndian(UInt16(truncatingIfNeeded: value.count))
        writer.append(value)
        writer.zeros((4 - value.count % 4) % 4)
        bytes += writer.bytes
    }

    mutating func add(_ attribute: STUN.Attribute, _ value: UInt32) {
        add(attribute, (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) })
    }

    mutating func add(_ attribute: STUN.Attribute, _ address: SocketAddress) {
        var writer = ByteWriter()
        writer.uint8(0)
        writer.uint8(address.ip.family == .v4 ? 1 : 2)
        writer.bigEndian(address.port ^ UInt16(STUN.cookie >> 16))
        var mask = ByteWriter()
        mask.bigEndian(STUN.cookie)
        mask.bigEndian(transaction.high)
        mask.bigEndian(transaction.low)
        writer.append(zip(address.ip.bytes, mask.bytes).map { $0 ^ $1 })
        add(attribute, writer.bytes)
    }

    /// The message, signed with `key` if there is one (RFC 8489 §14.5).
    mutating func finish(signedWith key: [UInt8]?) -> [UInt8] {
        let length = bytes.count - STUN.headerByteCount + (key == nil ? 0 : 24)
        (bytes[2], bytes[3]) = (UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length))
        if let key { add(.messageIntegrity, SHA1.authenticate(bytes, key: key)) }
        return bytes
    }
}
