public import Basics
import Glibc

/// The one owner of a file descriptor, which is closed with it. All descriptors are close-on-exec.
public struct Descriptor: ~Copyable, Sendable {
    /// The number the kernel knows it by.
    public let rawValue: Int32

    /// Takes over `rawValue`. Precondition: it is open, and nobody else closes it.
    public init(owning rawValue: Int32) {
        precondition(rawValue >= 0)
        self.rawValue = rawValue
    }

    deinit { close(rawValue) }

    /// Gives the number away unclosed.
    public consuming func release() -> Int32 {
        let number = rawValue
        discard self
        return number
    }

    /// Another descriptor of the same open file.
    public func duplicate() throws(SystemError) -> Descriptor {
        Descriptor(owning: try retrying("fcntl") { fcntl(rawValue, F_DUPFD_CLOEXEC, 0) })
    }

    /// Opens `path` with the flags of open(2); `mode` holds for a file that is created.
    public static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0o600) throws(SystemError) -> Descriptor {
        Descriptor(owning: try retrying("open") { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) })
    }

    /// Opens `name` relative to this directory, with the flags of open(2).
    public func open(at name: String, _ flags: Int32, mode: UInt32 = 0o600) throws(SystemError) -> Descriptor {
        Descriptor(owning: try retrying("openat") { unsafe Glibc.openat(rawValue, name, flags | O_CLOEXEC, mode) })
    }
}

extension Descriptor {
    /// Reads at most as many bytes as `buffer` has; how many, 0 at the end.
    public func read(into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
        let count = buffer.byteCount
        return try unsafe buffer.withUnsafeMutableBytes { bytes throws(SystemError) in
            try retrying("read") { unsafe Glibc.read(rawValue, bytes.baseAddress, count) }
        }
    }

    /// Waits until there is something to read from the descriptor `number`, or the end; `ETIMEDOUT` when there is not until
    /// `deadline`.
    public static func awaitInput(of number: Int32, until deadline: Instant) throws(SystemError) {
        var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        let left = Int32(clamping: max(0, (deadline - MonotonicClock.now).nanoseconds / 1_000_000))
        let count = try retrying("poll") { unsafe poll(&request, 1, left) }
        if count == 0 { throw SystemError("read", code: ETIMEDOUT) }
    }

    /// All bytes from here to the end; `EFBIG` when there are more than `limit`, `ETIMEDOUT` when they are waited for longer
    /// than `patience`.
    public func readAll(limit: Int, patience: Duration? = nil) throws(SystemError) -> [UInt8] {
        let deadline = patience.map { MonotonicClock.now + $0 }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let deadline { try Self.awaitInput(of: rawValue, until: deadline) }
            var span = chunk.mutableRawSpan
            let count = try read(into: &span)
            guard count > 0 else { return bytes }
            guard bytes.count + count <= limit else { throw SystemError("read", code: EFBIG) }
            bytes += chunk[..<count]
        }
    }

    /// Writes all of `bytes`.
    public func writeAll(_ bytes: RawSpan) throws(SystemError) {
        try unsafe bytes.withUnsafeBytes { all throws(SystemError) in
            var rest = unsafe all[...]
            while unsafe !rest.isEmpty {
                let part = unsafe UnsafeRawBufferPointer(rebasing: rest)
                let count = try retrying("write") { unsafe write(rawValue, part.baseAddress, part.count) }
                unsafe rest = rest.dropFirst(count)
            }
        }
    }

    /// Writes all of `bytes` at `offset`, whatever the file position.
    public func writeAll(_ bytes: RawSpan, at offset: Int) throws(SystemError) {
        try unsafe bytes.withUnsafeBytes { all throws(SystemError) in
            var written = 0
            while written < all.count {
                let part = unsafe UnsafeRawBufferPointer(rebasing: all[written...])
                written += try retrying("pwrite") {
                    unsafe pwrite(rawValue, part.baseAddress, part.count, off_t(offset + written))
                }
            }
        }
    }

    /// Waits until the file's data is on the medium (fdatasync).
    public func synchronizeData() throws(SystemError) { try retrying("fdatasync") { fdatasync(rawValue) } }

    /// Waits until the file, or the directory with its names, is on the medium (fsync).
    public func synchronize() throws(SystemError) { try retrying("fsync") { fsync(rawValue) } }

    /// Bytes in the file.
    public func byteCount() throws(SystemError) -> Int {
        var status = stat()
        try retrying("fstat") { unsafe fstat(rawValue, &status) }
        return Int(status.st_size)
    }

    /// Makes reads and writes answer `EAGAIN` instead of waiting.
    public func makeNonblocking() throws(SystemError) {
        let flags = try retrying("fcntl") { fcntl(rawValue, F_GETFL) }
        try retrying("fcntl") { fcntl(rawValue, F_SETFL, flags | O_NONBLOCK) }
    }
}
