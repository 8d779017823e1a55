import CShims
import Glibc
import Platform

/// What one recvmsg of a Unix socket gave.
struct StreamRead: ~Copyable {
    /// Bytes read; 0 at the end, -1 for an error.
    let count: Int
    /// The `errno` of an error.
    let code: Int32
    /// Whether more descriptors came than there was room for; these the kernel has closed.
    let isTruncated: Bool
    /// Whether this process had no number left for a descriptor that came.
    let isExhausted: Bool
    /// The descriptors that came with these bytes.
    var descriptors: Descriptors

    /// Reads without waiting, at most as much as `chunk` has.
    init(from socket: borrowing Descriptor, into chunk: inout [UInt8], descriptors room: Int) {
        var numbers = [Int32](repeating: -1, count: min(room, Int(PARLEY_DESCRIPTORS_MAX)))
        var arrived = numbers.count
        var truncated: Int32 = 0
        let number = socket.rawValue
        count = unsafe chunk.withUnsafeMutableBytes { bytes in
            unsafe parley_receive_descriptors(number, bytes.baseAddress, bytes.count, &numbers, &arrived, &truncated)
        }
        code = count < 0 ? errno : 0
        isTruncated = truncated != 0
        isExhausted = isTruncated && arrived < numbers.count
        descriptors = Descriptors(owning: Array(numbers[..<arrived]))
    }
}
