import Basics
import Crypto
import Glibc
import Platform

extension SecretBytes {
    /// All bytes from here to the end, or up to and without the first `terminator`, with no copy outside locked
    /// memory; `EFBIG` when they are more than `limit`, `ETIMEDOUT` when they are waited for longer than `patience`. Nothing behind
    /// the terminator is read.
    static func read(
        _ file: borrowing Descriptor, upTo terminator: UInt8? = nil, limit: Int, patience: Duration? = nil
    ) throws(SystemError) -> SecretBytes {
        let number = file.rawValue
        let deadline = patience.map { MonotonicClock.now + $0 }
        var result: Result<Int, SystemError> = .success(0)
        let buffer = SecretBytes(byteCount: limit + 1) { buffer in
            result = Result { () throws(SystemError) in
                try fill(&buffer, from: number, upTo: terminator, by: deadline)
            }
        }
        let count = try result.get()
        guard count <= limit else { throw SystemError("read", code: EFBIG) }
        return buffer.withBytes { SecretBytes(copying: $0.extracting(first: count)) }
    }

    /// How many bytes were read; one at a time when there is a terminator.
    private static func fill(
        _ buffer: inout MutableRawSpan, from number: Int32, upTo terminator: UInt8?, by deadline: Instant?
    ) throws(SystemError) -> Int {
        try unsafe buffer.withUnsafeMutableBytes { bytes throws(SystemError) in
            var count = 0
            while count < bytes.count {
                let part = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
                let wanted = terminator == nil ? part.count : 1
                if let deadline { try Descriptor.awaitInput(of: number, until: deadline) }
                let got = try retrying("read") { unsafe Glibc.read(number, part.baseAddress, wanted) }
                if unsafe got == 0 || terminator == part[0] { break }
                count += got
            }
            return count
        }
    }
}

extension SeededRandom {
    /// `count` bytes that are no secret: salts and nonces.
    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableRawSpan
        fill(&span)
        return bytes
    }
}
