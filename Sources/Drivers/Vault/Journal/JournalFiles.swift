internal import Basics
internal import Glibc
public import Journal
public import Platform

/// Does what the journal asks of the disk, in the folder of one log. One thread at a time.
///
/// A sync is put off until a later step needs it, or the last batch that waits is through: batches that wait together
/// share it (group commit). None is reported as stored before it.
public struct JournalFiles: ~Copyable {
    private let root: Descriptor
    /// Files that were written and not synced since.
    private var written: [String: OpenFile] = [:]
    private var isSyncDue = false
    /// Folders with names that may not be on the medium.
    private var changedFolders: Set<String> = []
    /// Folders that were synced after their last change. A folder that this process has not synced yet may have names
    /// that a killed one made.
    private var durableFolders: Set<String> = []
    private var syncFailure: JournalWriteFailure?

    /// Open files until the next sync; one more, and all are synced.
    private static let openFileLimit = 64
    /// Where a file that replaces another is written first.
    private static let temporaryFolder = "tmp", temporaryFile = "tmp/new"

    private final class OpenFile {
        let descriptor: Descriptor

        init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    }

    /// The log in the folder at `path`, which is made when missing.
    public init(at path: String) throws(SystemError) {
        try Folder.make(path)
        try Folder.sync(Folder.parent(of: path))  // a killed process may have made it
        root = try Folder.open(path)
    }

    /// Does the steps of each batch up to the first that fails. What failed, in the order of the batches; nil for a
    /// batch whose steps are done and durable.
    public mutating func execute(_ batches: [JournalBatch]) -> [JournalWriteFailure?] {
        syncFailure = nil
        let failures = batches.map { execute($0) }
        do throws(SystemError) { try sync() } catch { syncFailure = JournalWriteFailure(error) }
        // Which bytes a failed sync has lost nobody knows: all are to be written again.
        guard let syncFailure else { return failures }
        return failures.map { $0 ?? syncFailure }
    }

    private mutating func execute(_ batch: JournalBatch) -> JournalWriteFailure? {
        for operation in batch.operations {
            do throws(SystemError) {
                try execute(operation)
            } catch {
                return JournalWriteFailure(error, during: operation)
            }
        }
        return nil
    }

    private mutating func execute(_ operation: JournalOperation) throws(SystemError) {
        switch operation {
        case .write(let path, let offset, let bytes): return try write(path, offset, bytes)
        case .seal(let path): return try root.setMode(of: path, 0o440)
        case .sync: return isSyncDue = true
        case .replace, .truncate, .remove, .wipe, .allocate: break
        }
        if isSyncDue { try sync() }  // these are durable at once, so what came before must be
        switch operation {
        case .replace(let path, let bytes): try replace(path, bytes)
        case .truncate(let path, let byteCount): try truncate(path, byteCount)
        case .remove(let path): try remove(path)
        case .wipe(let path): try wipe(path)
        case .allocate(let path, let byteCount): try allocate(path, byteCount)
        case .write, .seal, .sync: break
        }
    }
}

extension JournalFiles {
    private mutating func write(_ path: String, _ offset: Int, _ bytes: [UInt8]) throws(SystemError) {
        let file = try file(path, isMade: offset == 0)
        guard try offset <= file.descriptor.byteCount() else {
            throw SystemError("write behind the end", code: EINVAL)
        }
        try file.descriptor.writeAll(bytes.rawSpan, at: offset)
    }

    private mutating func replace(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
        try makeFolder(Self.temporaryFolder)
        try makeFolder(Self.folder(of: path))
        written[path] = nil
        noteChange(in: Self.folder(of: path))
        try root.writeWhole(bytes.rawSpan, to: path, by: Self.temporaryFile)
        try syncFolders()
    }

    private mutating func truncate(_ path: String, _ byteCount: Int) throws(SystemError) {
        let file = try root.openForWriting(path), number = file.rawValue
        if try file.byteCount() > byteCount {
            try retrying("ftruncate") { ftruncate(number, off_t(byteCount)) }
        }
        try file.synchronize()
        noteUse(of: Self.folder(of: path))
        try syncFolders()
    }

    private mutating func remove(_ path: String) throws(SystemError) {
        written[path] = nil
        try root.remove(path)
        noteChange(in: Self.folder(of: path))
        try syncFolders()
    }

    private mutating func wipe(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            let file = try root.openForWriting(path)
            try file.writeAll([UInt8](repeating: 0, count: file.byteCount()).rawSpan, at: 0)
            try file.synchronize()
        } catch {
            guard error.isAbsent else { throw error }
        }
        try remove(path)
    }

    private mutating func allocate(_ path: String, _ byteCount: Int) throws(SystemError) {
        do throws(SystemError) {
            let file = try file(path).descriptor.rawValue
            let code = posix_fallocate(file, 0, off_t(byteCount))
            guard code == 0 else { throw SystemError("posix_fallocate", code: code) }
            try sync()
        } catch {
            written[path] = nil
            _ = try? root.remove(path)  // a part of it is of no use, and takes the room that is missing
            throw error
        }
    }

    /// The file to write to. `isMade`: when it is missing.
    private mutating func file(_ path: String, isMade: Bool = true) throws(SystemError) -> OpenFile {
        if let file = written[path] { return file }
        if written.count >= Self.openFileLimit { try sync() }
        let file: OpenFile
        do {
            file = OpenFile(try root.openForWriting(path))
            noteUse(of: Self.folder(of: path))
        } catch {
            guard error.isAbsent, isMade else { throw error }
            try makeFolder(Self.folder(of: path))
            file = OpenFile(try root.open(at: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW))
            noteChange(in: Self.folder(of: path))
        }
        written[path] = file
        return file
    }
}

extension JournalFiles {
    /// Makes durable what was written, and the names of what was made.
    private mutating func sync() throws(SystemError) {
        do {
            for (_, file) in written { try file.descriptor.synchronizeData() }
            written = [:]
            try syncFolders()
            isSyncDue = false
        } catch {
            written = [:]  // the kernel tells a lost write once: they are written again, through new descriptors
            syncFailure = JournalWriteFailure(error)
            throw error
        }
    }

    private mutating func syncFolders() throws(SystemError) {
        while let folder = changedFolders.first {
            do {
                try root.open(at: folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY).synchronize()
                durableFolders.insert(folder)
            } catch {
                guard error.isAbsent else { throw error }  // a file was to be removed where not even a folder is
            }
            changedFolders.remove(folder)
        }
    }

    /// A name in `folder` is new or gone.
    private mutating func noteChange(in folder: String) {
        durableFolders.remove(folder)
        noteUse(of: folder)
    }

    /// A name in `folder` is relied on: it must be durable, and those of the folders above.
    private mutating func noteUse(of folder: String) {
        var folder = folder
        while true {
            if !durableFolders.contains(folder) { changedFolders.insert(folder) }
            guard !folder.isEmpty else { return }
            folder = Self.folder(of: folder)
        }
    }

    private mutating func makeFolder(_ folder: String) throws(SystemError) {
        guard !folder.isEmpty, !durableFolders.contains(folder) else { return }
        try makeFolder(Self.folder(of: folder))
        if try root.makeFolder(folder) { noteChange(in: Self.folder(of: folder)) }
    }

    /// The folder in which the last part of `path` is a name; empty for the log's own.
    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}

extension JournalWriteFailure {
    init(_ error: SystemError, during operation: JournalOperation = .sync) {
        self =
            error.isNoSpace
            ? .noSpace : .other([operation.path, "\(error)"].compactMap(\.self).joined(separator: ": "))
    }
}

extension JournalOperation {
    /// The file that it is about.
    fileprivate var path: String? {
        switch self {
        case .write(let path, _, _), .replace(let path, _), .seal(let path), .truncate(let path, _), .remove(let path),
            .wipe(let path), .allocate(let path, _):
            path
        case .sync: nil
        }
    }
}
