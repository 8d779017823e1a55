import Glibc
import Platform

/// Bytes that wait until a client reads. The memory is given back when all is written.
struct OutgoingBytes {
    private var bytes: [UInt8] = []
    private var start = 0

    /// Bytes not written yet.
    var count: Int { bytes.count - start }

    /// Appends a line and its newline.
    mutating func append(line: [UInt8]) {
        bytes.append(contentsOf: line)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Writes as much as `socket` takes without waiting.
    mutating func write(to socket: borrowing Descriptor) throws(SystemError) {
        guard count > 0 else { return }
        start += try transmit(to: socket.rawValue)
        if start == bytes.count {
            self = OutgoingBytes()
        } else if start > 65_536, start > bytes.count / 2 {
            bytes.removeFirst(start)
            start = 0
        }
    }

    private func transmit(to socket: Int32) throws(SystemError) -> Int {
        let count = unsafe bytes.withUnsafeBytes { all in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: all[start...])
            return unsafe send(socket, rest.baseAddress, rest.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        }
        guard count < 0 else { return count }
        let error = SystemError.last("send")
        if error.isWouldBlock || error.code == EINTR { return 0 }
        throw error
    }
}
