public import Journal

/// A folder in memory that does what the journal asks of a disk.
public struct MemoryDisk: JournalReader, Equatable, Sendable {
    /// Contents by path.
    public var files: [String: [UInt8]] = [:]
    /// The paths of files that may not be written any more.
    public private(set) var sealed: Set<String> = []
    /// The most bytes that fit; beyond, writing fails.
    public var capacity = Int.max

    /// An empty folder.
    public init() {}

    /// Bytes in all files.
    public var byteCount: Int { files.values.reduce(0) { $0 + $1.count } }

    /// Does the steps of a batch, in order, up to the first that fails.
    public mutating func execute(_ batch: JournalBatch) throws(JournalWriteFailure) {
        for operation in batch.operations { try execute(operation) }
    }

    /// Does one step.
    public mutating func execute(_ operation: JournalOperation) throws(JournalWriteFailure) {
        switch operation {
        case .write(let path, let offset, let bytes):
            var file = files[path] ?? []
            guard offset <= file.count else { throw .other("\(path) would have a hole at \(offset)") }
            file.replaceSubrange(offset..<min(offset + bytes.count, file.count), with: bytes)
            try put(path, file)
        case .replace(let path, let bytes): try put(path, bytes)
        case .truncate(let path, let byteCount): files[path] = Array((files[path] ?? []).prefix(byteCount))
        case .remove(let path), .wipe(let path): files[path] = nil
        case .allocate(let path, let byteCount): try put(path, [UInt8](repeating: 0, count: byteCount))
        case .seal(let path): sealed.insert(path)
        case .sync: break
        }
    }

    private mutating func put(_ path: String, _ bytes: [UInt8]) throws(JournalWriteFailure) {
        guard capacity == .max || byteCount - (files[path]?.count ?? 0) + bytes.count <= capacity else {
            throw .noSpace
        }
        files[path] = bytes
    }

    /// The bytes of a file.
    public func bytes(of path: String) -> [UInt8]? { files[path] }

    /// The length of a file.
    public func byteCount(of path: String) -> Int? { files[path]?.count }

    /// The names in a folder.
    public func names(in folder: String) -> [String]? {
        let prefix = folder.isEmpty ? "" : folder + "/"
        var names: Set<String> = []
        for path in files.keys where path.hasPrefix(prefix) {
            let rest = path.dropFirst(prefix.count)
            names.insert(rest.firstIndex(of: "/").map { String(rest[...$0]) } ?? String(rest))
        }
        return names.isEmpty ? nil : Array(names)
    }
}
