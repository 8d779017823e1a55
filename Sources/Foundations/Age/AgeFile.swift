internal import Basics
public import Crypto

/// Whole age files in memory, for keys and other small things. `age -d` opens what is sealed here.
public enum AgeFile {
    /// The file that holds `plaintext` for `recipients`. Precondition: there is at least one.
    public static func seal(
        _ plaintext: RawSpan, to recipients: [AgeRecipient], using random: inout SeededRandom
    ) -> [UInt8] {
        var encryptor = AgeEncryptor(to: recipients, using: &random)
        return encryptor.update([UInt8](plaintext)) + encryptor.finish()
    }

    /// The file that holds a secret of at most 64 KiB for `recipients`. The secret stays in locked memory.
    public static func seal(
        _ secret: borrowing SecretBytes, to recipients: [AgeRecipient], using random: inout SeededRandom
    ) -> [UInt8] {
        AgeEncryptor(to: recipients, using: &random).finish(with: secret)
    }

    /// The plaintext of a file, armoured or not.
    public static func open(_ file: [UInt8], with identity: borrowing AgeIdentity) throws(AgeError) -> [UInt8] {
        try open(file, by: AgeDecryptor(with: identity))
    }

    /// The plaintext of a file under a passphrase, armoured or not.
    public static func open(_ file: [UInt8], passphrase: consuming SecretBytes) throws(AgeError) -> [UInt8] {
        try open(file, by: AgeDecryptor(passphrase: passphrase))
    }

    private static func open(_ file: [UInt8], by decryptor: consuming AgeDecryptor) throws(AgeError) -> [UInt8] {
        let plaintext = try decryptor.update(AgeArmor.isArmored(file) ? try AgeArmor.decode(file) : file)
        return plaintext + (try decryptor.finish())
    }

    /// The secret in a file that `seal` made of one; it is opened in locked memory.
    public static func openSecret(_ file: [UInt8], with identity: borrowing AgeIdentity) throws(AgeError) -> SecretBytes
    {
        guard let end = AgeHeader.end(in: file, searchingFrom: 0), file.count >= end + AgeStream.nonceByteCount else {
            throw .header("the header does not end")
        }
        let header = try AgeHeader(parsing: Array(file[..<end]))
        let fileKey = try header.fileKey { stanza throws(AgeError) in
            try stanza.unwrapped(byX25519: identity.secretKey)
        }
        let start = end + AgeStream.nonceByteCount
        let stream = AgeStream(fileKey: fileKey, nonce: Array(file[end..<start]))
        guard let secret = stream.openOnly(Array(file[start...])) else { throw .payload }
        return secret
    }
}
