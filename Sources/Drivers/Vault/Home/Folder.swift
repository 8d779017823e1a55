import Glibc
import Platform

/// Folders by their paths.
enum Folder {
    /// Makes the folder and those above it that are missing, each with mode 0700.
    static func make(_ path: String) throws(SystemError) {
        do {
            try retrying("mkdir") { unsafe mkdir(path, 0o700) }
            try sync(parent(of: path))
        } catch {
            switch error.code {
            case EEXIST: _ = try open(path)  // a file of that name is none
            case ENOENT where parent(of: path) != path:
                try make(parent(of: path))
                try make(path)
            default: throw error
            }
        }
    }

    /// Takes access from all but the owner, who is us.
    static func makePrivate(_ path: String) throws(SystemError) {
        let status = try open(path).status()
        guard status.st_uid == geteuid() else { throw SystemError("mkdir", code: EPERM) }
        if status.st_mode & 0o077 != 0 { try retrying("chmod") { unsafe chmod(path, 0o700) } }
    }

    /// Opens the folder.
    static func open(_ path: String) throws(SystemError) -> Descriptor {
        try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
    }

    /// Waits until the names in the folder are on the medium.
    static func sync(_ path: String) throws(SystemError) { try open(path).synchronize() }

    /// The folder in which the last part of `path` is a name.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of `path`.
    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}
