/// A log as it will be when some steps are done: recovery judges it before it touches anything.
struct RepairedReader<Base: JournalReader>: JournalReader {
    private let base: Base
    /// What differs: new contents, or nil for a file that is gone.
    private var changed: [String: [UInt8]?] = [:]

    init(_ base: Base, _ operations: [JournalOperation]) throws(VerificationFailure) {
        self.base = base
        for operation in operations {
            switch operation {
            case .write(let path, let offset, let bytes):
                changed[path] = Array((try contents(path)).prefix(offset)) + bytes
            case .truncate(let path, let byteCount): changed[path] = Array((try contents(path)).prefix(byteCount))
            case .replace(let path, let bytes): changed[path] = bytes
            case .remove(let path), .wipe(let path): changed[path] = .some(nil)
            case .sync, .seal, .allocate: break
            }
        }
    }

    private func contents(_ path: String) throws(VerificationFailure) -> [UInt8] {
        if let change = changed[path] { return change ?? [] }
        return try base.file(path) ?? []
    }

    func bytes(of path: String) throws(JournalReadFailure) -> [UInt8]? {
        if let change = changed[path] { return change }
        return try base.bytes(of: path)
    }

    func byteCount(of path: String) throws(JournalReadFailure) -> Int? {
        if let change = changed[path] { return change?.count }
        return try base.byteCount(of: path)
    }

    func names(in folder: String) throws(JournalReadFailure) -> [String]? {
        let prefix = folder.isEmpty ? "" : folder + "/"
        var names = Set(try base.names(in: folder) ?? [])
        for (path, contents) in changed where path.hasPrefix(prefix) {
            let rest = path.dropFirst(prefix.count)
            guard let slash = rest.firstIndex(of: "/") else {
                if contents == nil { names.remove(String(rest)) } else { names.insert(String(rest)) }
                continue
            }
            if contents != nil { names.insert(String(rest[...slash])) }
        }
        return names.isEmpty ? try base.names(in: folder) : names.sorted()
    }
}
