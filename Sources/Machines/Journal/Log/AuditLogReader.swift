/// How a log on disk is read: a driver gives a value whose root is the folder of one log. Nothing is written meanwhile.
public protocol JournalReader {
    /// The bytes of a file; nil when there is none.
    func bytes(of path: String) throws(JournalReadFailure) -> [UInt8]?

    /// The length of a file; nil when there is none.
    func byteCount(of path: String) throws(JournalReadFailure) -> Int?

    /// The names in a folder, in any order, those of folders with a slash behind; nil when there is no such folder.
    /// The empty path is the log's own folder.
    func names(in folder: String) throws(JournalReadFailure) -> [String]?
}

/// A file or folder is there and cannot be read.
public struct JournalReadFailure: Error, Hashable, Sendable {
    /// Relative to the log's folder.
    public let path: String
    /// In words for the operator.
    public let reason: String

    /// `path` cannot be read.
    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }
}

extension JournalReader {
    /// Every file below `folder`, by path, sorted.
    func paths(below folder: String) throws(JournalReadFailure) -> [String] {
        var found: [String] = []
        var folders = [folder]
        while let folder = folders.popLast() {
            for name in try names(in: folder) ?? [] {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                if path.hasSuffix("/") { folders.append(String(path.dropLast())) } else { found.append(path) }
            }
        }
        return found.sorted()
    }
}
