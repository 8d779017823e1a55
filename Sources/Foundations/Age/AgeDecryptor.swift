internal import Basics
public import Crypto

/// Opens a file piece by piece in memory of two chunks. Each chunk is authentic when it is handed out, but only
/// `finish` knows that the file is whole: what came before must not be trusted to be all.
public struct AgeDecryptor: ~Copyable {
    private enum Phase {
        case header(searched: Int)
        case payload
        case complete
        case failed(AgeError)
    }

    private enum Method { case x25519, passphrase }

    private let method: Method
    private let secret: SecretBytes
    private var phase = Phase.header(searched: 0)
    private var stream: AgeStream?
    private var pending: [UInt8] = []

    /// Opens with `identity` a file that is not armoured.
    public init(with identity: borrowing AgeIdentity) {
        method = .x25519
        secret = identity.secretKey.copy()
    }

    /// Opens with a passphrase a file that is not armoured.
    public init(passphrase: consuming SecretBytes) {
        method = .passphrase
        secret = passphrase
    }

    /// Takes more of the file and returns plaintext. After an error every call throws it again.
    public mutating func update(_ bytes: some Sequence<UInt8>) throws(AgeError) -> [UInt8] {
        if case .failed(let error) = phase { throw error }
        pending += bytes
        do throws(AgeError) {
            if case .header(let searched) = phase { try readHeader(searchingFrom: searched) }
            return try readChunks()
        } catch {
            phase = .failed(error)
            throw error
        }
    }

    /// The rest of the plaintext. Throws `payload` for a file that was cut.
    public consuming func finish() throws(AgeError) -> [UInt8] {
        switch phase {
        case .failed(let error): throw error
        case .header: throw .header("the header does not end")
        case .complete:
            guard pending.isEmpty else { throw .payload }
            return []
        case .payload:
            // The last chunk may be short, but empty only in an empty file.
            let isEmpty = pending.count <= ChaChaPoly.tagByteCount
            guard !isEmpty || stream?.chunkCount == 0, let chunk = stream?.open(pending, isLast: true) else {
                throw .payload
            }
            return chunk
        }
    }

    private mutating func readHeader(searchingFrom searched: Int) throws(AgeError) {
        guard let end = AgeHeader.end(in: pending, searchingFrom: searched) else {
            guard pending.count <= AgeHeader.maximumByteCount else { throw .header("the header is too long") }
            phase = .header(searched: pending.lastIndex(of: UInt8(ascii: "\n")) ?? 0)  // the line may go on
            return
        }
        guard end <= AgeHeader.maximumByteCount else { throw .header("the header is too long") }
        guard pending.count >= end + AgeStream.nonceByteCount else { return }
        let header = try AgeHeader(parsing: Array(pending[..<end]))
        let fileKey = try header.fileKey { stanza throws(AgeError) in try unwrap(stanza) }
        let nonce = Array(pending[end..<(end + AgeStream.nonceByteCount)])
        pending.removeFirst(end + AgeStream.nonceByteCount)
        stream = AgeStream(fileKey: fileKey, nonce: nonce)
        phase = .payload
    }

    private func unwrap(_ stanza: AgeStanza) throws(AgeError) -> SecretBytes? {
        switch method {
        case .x25519: try stanza.unwrapped(byX25519: secret)
        case .passphrase: try stanza.unwrapped(byPassphrase: secret)
        }
    }

    private mutating func readChunks() throws(AgeError) -> [UInt8] {
        var plaintext: [UInt8] = []
        var start = 0
        while case .payload = phase, pending.count - start >= AgeStream.sealedChunkByteCount {
            let sealed = Array(pending[start..<(start + AgeStream.sealedChunkByteCount)])
            if let chunk = stream?.open(sealed, isLast: false) {
                plaintext += chunk
            } else if let chunk = stream?.open(sealed, isLast: true) {
                plaintext += chunk
                phase = .complete
            } else {
                throw .payload
            }
            start += AgeStream.sealedChunkByteCount
        }
        pending.removeFirst(start)
        return plaintext
    }
}
