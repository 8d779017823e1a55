internal import Basics
internal import Crypto

/// Makes and checks cookies: a code of the sender's address, under a secret that changes every 120 s. Nothing is
/// remembered about who asked.
struct CookieJar: ~Copyable {
    private var secret: SecretBytes
    private var made: Instant

    init(at now: Instant, using random: inout SeededRandom) {
        secret = random.secretBytes(32)
        made = now
    }

    /// The cookie of `source`.
    mutating func cookie(of source: SocketAddress, at now: Instant, using random: inout SeededRandom) -> [UInt8] {
        if now - made >= Timing.cookieSecret {
            secret = random.secretBytes(32)
            made = now
        }
        var writer = ByteWriter(capacity: 24)
        writer.append(source.ip.bytes)
        writer.bigEndian(source.port)
        writer.bigEndian(source.scope)
        let bytes = writer.bytes
        return secret.withBytes { BLAKE2b.hash(bytes.rawSpan, byteCount: CookiePacket.cookieByteCount, key: $0) }
    }
}
