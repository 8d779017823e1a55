internal import Glibc

/// An `errno`, and its words.
struct SystemErrorNumber: Error, Equatable, CustomStringConvertible {
    let rawValue: Int32

    static var last: SystemErrorNumber { SystemErrorNumber(rawValue: errno) }

    var description: String { unsafe String(cString: strerror(rawValue)) }

    static let brokenPipe = SystemErrorNumber(rawValue: EPIPE)
    static let exists = SystemErrorNumber(rawValue: EEXIST)
    static let isNotDirectory = SystemErrorNumber(rawValue: ENOTDIR)
    static let noSpace = SystemErrorNumber(rawValue: ENOSPC)
    static let isDirectory = SystemErrorNumber(rawValue: EISDIR)
}
