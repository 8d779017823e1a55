import Basics
import Glibc
import Platform

/// The file that an export or a picture makes: written beside its place under another name, and put there once it is whole and on
/// the medium. A file that was there stays as it is until then, and for good when the export fails.
final class ExportFile {
    private let path: String
    private let isReplacing: Bool
    private let descriptor: Platform.Descriptor
    /// The name under which it is written; nil for what is no file, such as standard output.
    private var temporary: String?

    /// The number of the descriptor to write to.
    var number: Int32 { descriptor.rawValue }

    /// Whether it is standard output: then the result must not go there too.
    var isStandardOutput: Bool { path == "-" }

    /// Makes the file; `-` is standard output. There may be one in its place only when `isReplacing`.
    init(_ path: String, isReplacing: Bool) throws(Failure) {
        self.isReplacing = isReplacing
        guard isReplacing || path == "-" || !Self.isPresent(path) else { throw Files.present(path) }
        // A link stays, and leads to the new file.
        self.path = path == "-" ? path : Self.target(of: path)
        do throws(SystemError) {
            if path == "-" {
                descriptor = try Files.duplicate(STDOUT_FILENO)
            } else if Self.isSpecial(path) {
                descriptor = try Descriptor.open(path, O_WRONLY)  // a pipe or a device can only be written to
            } else {
                let name = "\(Self.folder(of: self.path))/.parley-export-\(getpid())"
                descriptor = try Descriptor.open(name, O_WRONLY | O_CREAT | O_EXCL)
                temporary = name
            }
        } catch { throw Failure(error, path) }
    }

    deinit { if let temporary { unsafe unlink(temporary) } }

    /// Writes what we make ourselves.
    func write(_ text: String) throws(Failure) {
        let bytes = Array(text.utf8)
        do throws(SystemError) { try descriptor.writeAll(bytes.rawSpan) } catch { throw Failure(error, path) }
    }

    /// The export is whole: the file gets its name.
    func keep() throws(Failure) {
        guard let temporary else { return }
        do throws(SystemError) {
            try descriptor.synchronize()
            let isLinked = isReplacing ? false : try link(temporary)
            if !isLinked { try rename(temporary) }
            try Descriptor.open(Self.folder(of: path), O_RDONLY | O_DIRECTORY).synchronize()
        } catch { throw error.code == EEXIST ? Files.present(path) : Failure(error, path) }
    }

    /// Gives the file its name unless another has it; false where the disk knows no second names.
    private func link(_ temporary: String) throws(SystemError) -> Bool {
        if unsafe Glibc.link(temporary, path) == 0 { return true }
        guard errno == EPERM || errno == EOPNOTSUPP else { throw .last("link") }
        return false
    }

    private func rename(_ temporary: String) throws(SystemError) {
        guard unsafe Glibc.rename(temporary, path) == 0 else { throw .last("rename") }
        self.temporary = nil
    }

    /// Whether there is something of this name.
    static func isPresent(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    private static func isSpecial(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    }

    private static func target(of path: String) -> String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
