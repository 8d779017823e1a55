import Glibc
public import Platform

/// Small files that are read and written as a whole.
public enum WholeFile {
    /// Writes the file durably: after a crash it has the old bytes or the new ones. Mode 0600.
    ///
    /// `isReplacing`: whether there may be a file already; else `EEXIST` is thrown and that file stays as it is.
    public static func write(_ bytes: RawSpan, to path: String, isReplacing: Bool = true) throws(SystemError) {
        let folder = try Folder.open(Folder.parent(of: path)), name = Folder.name(of: path)
        try folder.writeWhole(bytes, to: name, by: ".\(name).new", isReplacing: isReplacing)
        try folder.synchronize()
    }

    /// The bytes of the file; nil when there is none, `EFBIG` when they are more than `limit`.
    public static func read(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8]? {
        do {
            return try Descriptor.open(path, O_RDONLY).readAll(limit: limit)
        } catch {
            if error.isAbsent { return nil }
            throw error
        }
    }

    /// Removes the file durably; it may be missing.
    public static func remove(_ path: String) throws(SystemError) {
        let folder = try Folder.open(Folder.parent(of: path))
        if try folder.remove(Folder.name(of: path)) { try folder.synchronize() }
    }
}
