internal import Basics
internal import Crypto

/// The scrypt recipient type: a passphrase.
extension AgeStanza {
    static let scryptType = "scrypt"
    private static let scryptLabel = Array("age-encryption.org/v1/scrypt".utf8)
    private static let saltByteCount = 16

    /// The largest work factor that we take from a file: 2^20 needs 1 GiB and some seconds.
    static let maximumWorkFactor = 20

    /// The file key wrapped under a passphrase; nil when there is not enough memory for the work.
    static func wrapping(
        _ fileKey: borrowing SecretBytes, passphrase: borrowing SecretBytes, workFactor: Int,
        using random: inout SeededRandom
    ) -> AgeStanza? {
        var salt = [UInt8](repeating: 0, count: saltByteCount)
        var bytes = salt.mutableRawSpan
        random.fill(&bytes)
        guard let key = key(from: passphrase, salt: salt, workFactor: workFactor) else { return nil }
        return AgeStanza(
            arguments: [scryptType, BaseEncoding.base64Unpadded.encode(salt), String(workFactor)],
            body: seal(fileKey, key: key))
    }

    /// The file key, when this stanza is a passphrase's and this is the passphrase.
    func unwrapped(byPassphrase passphrase: borrowing SecretBytes) throws(AgeError) -> SecretBytes? {
        guard type == Self.scryptType else { return nil }
        guard arguments.count == 3, let salt = BaseEncoding.base64Unpadded.decode(arguments[1]),
            salt.count == Self.saltByteCount, let workFactor = Int(arguments[2]),
            arguments[2] == String(workFactor), workFactor > 0, body.count == Self.wrappedByteCount
        else { throw .header("a passphrase stanza is malformed") }
        guard workFactor <= Self.maximumWorkFactor,
            let key = Self.key(from: passphrase, salt: salt, workFactor: workFactor)
        else { throw .header("a passphrase stanza asks for too much work: 2^\(workFactor)") }
        return Self.open(body, key: key)
    }

    private static func key(
        from passphrase: borrowing SecretBytes, salt: [UInt8], workFactor: Int
    ) -> SecretBytes? {
        Scrypt.derive(from: passphrase, salt: (scryptLabel + salt).rawSpan, workFactor: workFactor)
    }
}
