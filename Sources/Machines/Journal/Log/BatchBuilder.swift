/// Writes that wait to become a batch. Those that follow each other in one file are joined: one write a file.
struct BatchBuilder {
    private var first: [JournalOperation] = []
    private var writes: [Write] = []
    private var seals: [JournalOperation] = []
    /// Bytes to be written.
    private(set) var byteCount = 0

    private struct Write {
        let path: String
        let offset: Int
        var bytes: [UInt8]
    }

    var isEmpty: Bool { first.isEmpty && writes.isEmpty }

    /// A whole file that must be there before any of the writes.
    mutating func replaceFirst(_ path: String, _ bytes: [UInt8]) {
        first.append(.replace(path: path, bytes: bytes))
        byteCount += bytes.count
    }

    mutating func write(_ path: String, at offset: Int, _ bytes: [UInt8]) {
        byteCount += bytes.count
        if let index = writes.lastIndex(where: { $0.path == path }),
            writes[index].offset + writes[index].bytes.count == offset
        {
            writes[index].bytes += bytes
        } else {
            writes.append(Write(path: path, offset: offset, bytes: bytes))
        }
    }

    mutating func seal(_ path: String) { seals.append(.seal(path: path)) }

    /// The steps: new files, writes in the order of their first bytes, one sync, full tiles.
    var operations: [JournalOperation] {
        first + writes.map { .write(path: $0.path, offset: $0.offset, bytes: $0.bytes) }
            + (writes.isEmpty ? [] : [.sync]) + seals
    }
}
