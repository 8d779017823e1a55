internal import Basics
internal import Glibc

/// An open file descriptor with one owner, which closes it. It is never made non-blocking, as other processes may share
/// what it refers to; readiness is asked for before each act on anything but a regular file.
///
/// Used by one thread at a time.
public final class Descriptor: Sendable {
    /// The number, for `poll`.
    public let number: Int32

    /// Takes over `number`, which must be open and which nobody else may close.
    public init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// What a descriptor refers to.
    enum Kind: Equatable { case regularFile(isAppending: Bool), directory, stream }

    /// What came of reading or writing.
    enum Outcome: Equatable {
        case bytes(Int)
        /// Nothing can be read or written now.
        case notNow
        case end
        case failed(SystemErrorNumber)
    }

    func kind() throws(SystemErrorNumber) -> Kind {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .last }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .regularFile(isAppending: fcntl(number, F_GETFL) & O_APPEND != 0)
        case S_IFDIR: return .directory
        default: return .stream
        }
    }

    /// Where reading goes on in a file that was opened elsewhere; 0 for a stream.
    func position() throws(SystemErrorNumber) -> Int {
        let position = lseek(number, 0, SEEK_CUR)
        if position >= 0 { return position }
        guard errno == ESPIPE else { throw .last }
        return 0
    }

    /// Reads into `range` of `buffer` from `offset` of a regular file.
    func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: Int) -> Outcome {
        repeat {
            let count = unsafe buffer.withUnsafeMutableBytes {
                let part = unsafe UnsafeMutableRawBufferPointer(rebasing: $0[range])
                return unsafe pread(number, part.baseAddress, part.count, offset)
            }
            if count >= 0 { return count == 0 ? .end : .bytes(count) }
        } while errno == EINTR
        return .failed(.last)
    }

    /// Reads what a stream has now into `range` of `buffer`.
    func readAvailable(into buffer: inout [UInt8], _ range: Range<Int>) -> Outcome {
        guard isReady(POLLIN) else { return .notNow }
        let count = unsafe buffer.withUnsafeMutableBytes {
            let part = unsafe UnsafeMutableRawBufferPointer(rebasing: $0[range])
            return unsafe Glibc.read(number, part.baseAddress, part.count)
        }
        if count >= 0 { return count == 0 ? .end : .bytes(count) }
        return Self.isPassing(errno) ? .notNow : .failed(.last)
    }

    /// Writes at `offset` of a regular file.
    func write(_ bytes: RawSpan, at offset: Int) -> Outcome {
        repeat {
            let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(number, $0.baseAddress, $0.count, offset) }
            if count >= 0 { return .bytes(count) }
        } while errno == EINTR
        return .failed(.last)
    }

    /// Writes to a stream if it takes bytes now. A pipe that is ready takes 4,096 bytes without waiting.
    func writeAvailable(_ bytes: RawSpan) -> Outcome {
        guard isReady(POLLOUT) else { return .notNow }
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
        if count >= 0 { return .bytes(count) }
        return Self.isPassing(errno) ? .notNow : .failed(.last)
    }

    func truncate() throws(SystemErrorNumber) {
        guard ftruncate(number, 0) == 0 else { throw .last }
    }

    /// Makes a file of this name in the folder; never replaces one, never follows a link.
    func create(_ name: String) throws(SystemErrorNumber) -> Descriptor {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = unsafe name.withCString { unsafe openat(number, $0, flags, 0o600) }
        guard file >= 0 else { throw .last }
        return Descriptor(owning: file)
    }

    private func isReady(_ event: Int32) -> Bool {
        var request = pollfd(fd: number, events: Int16(event), revents: 0)
        return unsafe poll(&request, 1, 0) == 1  // an error or a hang-up is ready too: the act then says which
    }

    private static func isPassing(_ number: Int32) -> Bool { number == EAGAIN || number == EINTR }
}
