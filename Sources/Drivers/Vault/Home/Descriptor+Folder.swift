package import Glibc
package import Platform

/// What is done to the names in an open folder; all paths are relative to it.
extension Descriptor {
    /// What the kernel knows about the open file.
    package func status() throws(SystemError) -> stat {
        var status = stat()
        try retrying("fstat") { unsafe fstat(rawValue, &status) }
        return status
    }

    /// Makes a folder with mode 0700; false when there is one already.
    func makeFolder(_ path: String) throws(SystemError) -> Bool {
        do {
            try retrying("mkdirat") { unsafe mkdirat(rawValue, path, 0o700) }
            return true
        } catch {
            if error.code == EEXIST { return false }
            throw error
        }
    }

    /// Removes a file; false when there is none.
    @discardableResult
    func remove(_ path: String) throws(SystemError) -> Bool {
        do {
            try retrying("unlinkat") { unsafe unlinkat(rawValue, path, 0) }
            return true
        } catch {
            if error.isAbsent { return false }
            throw error
        }
    }

    /// Gives the file another name, in place of the file that had it.
    func rename(_ source: String, to target: String) throws(SystemError) {
        try retrying("renameat") { unsafe renameat(rawValue, source, rawValue, target) }
    }

    /// Gives the file one more name, that no file has.
    func link(_ source: String, to target: String) throws(SystemError) {
        try retrying("linkat") { unsafe linkat(rawValue, source, rawValue, target, 0) }
    }

    /// Sets who may do what with the file.
    func setMode(of path: String, _ mode: mode_t) throws(SystemError) {
        try retrying("fchmodat") { unsafe fchmodat(rawValue, path, mode, 0) }
    }

    /// Opens a file that is there to write into it, even if it was made read-only.
    func openForWriting(_ path: String) throws(SystemError) -> Descriptor {
        do {
            return try open(at: path, O_WRONLY | O_NOFOLLOW)
        } catch {
            guard error.code == EACCES else { throw error }
            try setMode(of: path, 0o600)
            return try open(at: path, O_WRONLY | O_NOFOLLOW)
        }
    }

    /// Writes the file `target` whole and durably, by way of the file `temporary`: a crash leaves the old bytes or
    /// the new ones. `isReplacing`: whether there may be a file already; else `EEXIST` is thrown.
    func writeWhole(
        _ bytes: RawSpan, to target: String, by temporary: String, isReplacing: Bool = true
    ) throws(SystemError) {
        try remove(temporary)
        do {
            let file = try open(at: temporary, O_WRONLY | O_CREAT | O_EXCL)
            try file.writeAll(bytes)
            try file.synchronize()
            guard isReplacing else {
                try link(temporary, to: target)
                try remove(temporary)
                return
            }
            try rename(temporary, to: target)
        } catch {
            _ = try? remove(temporary)  // it may be what fills the disk
            throw error
        }
    }
}
