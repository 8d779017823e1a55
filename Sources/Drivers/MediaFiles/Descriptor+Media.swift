internal import Basics
internal import Glibc
internal import Platform

/// Reading and writing that never waits on a stream. A descriptor is never made non-blocking, as other processes may
/// share what it refers to: readiness is asked for before each act instead.
extension Descriptor {
    /// What a descriptor refers to.
    enum Kind: Equatable { case regularFile(isAppending: Bool), directory, stream }

    /// What came of reading or writing.
    enum Outcome: Equatable {
        case bytes(Int)
        /// Nothing can be read or written now.
        case notNow
        case end
        case failed(SystemError)
    }

    func kind() throws(SystemError) -> Kind {
        var status = stat()
        guard unsafe fstat(rawValue, &status) == 0 else { throw .last("fstat") }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .regularFile(isAppending: fcntl(rawValue, F_GETFL) & O_APPEND != 0)
        case S_IFDIR: return .directory
        default: return .stream
        }
    }

    /// Where reading goes on in a file that was opened elsewhere; 0 for a stream.
    func position() throws(SystemError) -> Int {
        let position = lseek(rawValue, 0, SEEK_CUR)
        if position >= 0 { return position }
        guard errno == ESPIPE else { throw .last("lseek") }
        return 0
    }

    /// Reads into `range` of `buffer` from `offset` of a regular file.
    func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: Int) -> Outcome {
        unsafe buffer.withUnsafeMutableBytes {
            unsafe read(into: UnsafeMutableRawBufferPointer(rebasing: $0[range]), at: offset)
        }
    }

    /// Reads into `part` from `offset` of a regular file.
    @unsafe
    func read(into part: UnsafeMutableRawBufferPointer, at offset: Int) -> Outcome {
        Self.read(unsafe pread(rawValue, part.baseAddress, part.count, offset), "pread")
    }

    /// Reads what a stream has now into `range` of `buffer`.
    func readAvailable(into buffer: inout [UInt8], _ range: Range<Int>) -> Outcome {
        unsafe buffer.withUnsafeMutableBytes {
            unsafe readAvailable(into: UnsafeMutableRawBufferPointer(rebasing: $0[range]))
        }
    }

    /// Reads what a stream has now into `part`.
    @unsafe
    func readAvailable(into part: UnsafeMutableRawBufferPointer) -> Outcome {
        guard isReady(POLLIN) else { return .notNow }
        return Self.read(unsafe Glibc.read(rawValue, part.baseAddress, part.count), "read")
    }

    /// Writes at `offset` of a regular file.
    func write(_ bytes: RawSpan, at offset: Int) -> Outcome {
        let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(rawValue, $0.baseAddress, $0.count, offset) }
        return count >= 0 ? .bytes(count) : Self.failure("pwrite")
    }

    /// Writes to a stream if it takes bytes now. A pipe that is ready takes 4,096 bytes without waiting.
    func writeAvailable(_ bytes: RawSpan) -> Outcome {
        guard isReady(POLLOUT) else { return .notNow }
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(rawValue, $0.baseAddress, $0.count) }
        return count >= 0 ? .bytes(count) : Self.failure("write")
    }

    /// Writes both, one behind the other, at `offset` of a regular file, in one act.
    func write(_ head: RawSpan, _ body: RawSpan, at offset: Int) -> Outcome {
        let count = unsafe head.withUnsafeBytes { head in
            unsafe body.withUnsafeBytes { body in
                let parts: InlineArray<2, iovec> = unsafe [
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count),
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: body.baseAddress), iov_len: body.count),
                ]
                return unsafe parts.span.withUnsafeBufferPointer { unsafe pwritev(rawValue, $0.baseAddress, 2, offset) }
            }
        }
        return count >= 0 ? .bytes(count) : Self.failure("pwritev")
    }

    /// Lets a pipe hold as many bytes as the system allows everybody (1 MiB), so that a whole picture has room in it.
    func enlargePipe() {
        let setPipeSize: Int32 = 1_031  // F_SETPIPE_SZ of fcntl(2), which the header shows to C with _GNU_SOURCE only
        _ = fcntl(rawValue, setPipeSize, 1 << 20)
    }

    func truncate() throws(SystemError) {
        guard ftruncate(rawValue, 0) == 0 else { throw .last("ftruncate") }
    }

    private func isReady(_ event: Int32) -> Bool {
        var request = pollfd(fd: rawValue, events: Int16(event), revents: 0)
        return unsafe poll(&request, 1, 0) == 1  // an error or a hang-up is ready too: the act then says which
    }

    private static func read(_ count: Int, _ call: String) -> Outcome {
        switch count {
        case 0: .end
        case 1...: .bytes(count)
        default: failure(call)
        }
    }

    private static func failure(_ call: String) -> Outcome {
        let error = SystemError.last(call)
        return error.isWouldBlock || error.code == EINTR ? .notNow : .failed(error)
    }
}

extension SystemError {
    static let isDirectory = SystemError("open", code: EISDIR)
    static let isNotDirectory = SystemError("open", code: ENOTDIR)
    static let noSpace = SystemError("write", code: ENOSPC)

    /// The other end of a pipe is closed.
    var isBrokenPipe: Bool { code == EPIPE }
    /// There is such a file already.
    var isPresent: Bool { code == EEXIST }
}
