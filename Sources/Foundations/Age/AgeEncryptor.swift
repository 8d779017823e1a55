internal import Basics
public import Crypto

/// Seals a file piece by piece in memory of two chunks. `update` and `finish` return what comes next in the file.
public struct AgeEncryptor: ~Copyable {
    private var stream: AgeStream
    private var output: [UInt8]
    private var pending: [UInt8] = []

    /// A file for `recipients`. Precondition: there is at least one, and no key is of low order.
    public init(to recipients: [AgeRecipient], using random: inout SeededRandom) {
        precondition(!recipients.isEmpty)
        let fileKey = random.secretBytes(AgeHeader.fileKeyByteCount)
        var stanzas: [AgeStanza] = []
        for recipient in recipients {
            stanzas.append(AgeStanza(wrapping: fileKey, for: recipient, using: &random))
        }
        self.init(stanzas, fileKey: fileKey, using: &random)
    }

    /// A file under a passphrase; nil when there is no memory for the work (2^18 needs 256 MiB).
    /// Precondition: `workFactor` is 1 to 20.
    public init?(passphrase: borrowing SecretBytes, workFactor: Int = 18, using random: inout SeededRandom) {
        precondition((1...AgeStanza.maximumWorkFactor).contains(workFactor))
        let fileKey = random.secretBytes(AgeHeader.fileKeyByteCount)
        let stanza = AgeStanza.wrapping(fileKey, passphrase: passphrase, workFactor: workFactor, using: &random)
        guard let stanza else { return nil }
        self.init([stanza], fileKey: fileKey, using: &random)
    }

    private init(_ stanzas: [AgeStanza], fileKey: borrowing SecretBytes, using random: inout SeededRandom) {
        var nonce = [UInt8](repeating: 0, count: AgeStream.nonceByteCount)
        var bytes = nonce.mutableRawSpan
        random.fill(&bytes)
        stream = AgeStream(fileKey: fileKey, nonce: nonce)
        output = AgeHeader(stanzas).encoded(fileKey: fileKey) + nonce
    }

    /// Takes more plaintext. A whole chunk is kept back until more follows: only then is it not the last.
    public mutating func update(_ plaintext: some Sequence<UInt8>) -> [UInt8] {
        var file = output
        output = []
        pending += plaintext
        var start = 0
        while pending.count - start > AgeStream.chunkByteCount {
            let chunk = Array(pending[start..<(start + AgeStream.chunkByteCount)])
            stream.seal(chunk.rawSpan, isLast: false, into: &file)
            start += AgeStream.chunkByteCount
        }
        pending.removeFirst(start)
        return file
    }

    /// The end of the file.
    public consuming func finish() -> [UInt8] {
        var file = output
        let chunk = pending
        stream.seal(chunk.rawSpan, isLast: true, into: &file)
        return file
    }

    /// The end of a file that holds nothing but a secret of at most 64 KiB. Precondition: nothing was taken before.
    consuming func finish(with secret: borrowing SecretBytes) -> [UInt8] {
        precondition(pending.isEmpty && secret.byteCount <= AgeStream.chunkByteCount)
        var file = output
        secret.withBytes { stream.seal($0, isLast: true, into: &file) }
        return file
    }
}
