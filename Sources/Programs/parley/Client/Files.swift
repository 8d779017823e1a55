import ControlAPI
import Glibc
import Platform

/// Files that the command opens itself, so that paths and permissions are those of its user.
enum Files {
    /// Opens a file for reading; `-` is standard input.
    static func open(_ path: String) throws(Failure) -> Descriptor {
        do throws(SystemError) {
            return path == "-" ? try duplicate(STDIN_FILENO) : try Descriptor.open(path, O_RDONLY)
        } catch {
            guard error.isAbsent else { throw Failure(error, path) }
            throw Failure(.badData, "io", "\(path): \(error)")
        }
    }

    /// All bytes of a file, at most `limit`; `-` is standard input.
    static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let file = try open(path)
        do throws(SystemError) { return try file.readAll(limit: limit) } catch {
            throw Failure(error, path)
        }
    }

    /// Makes a file for writing; `-` is standard output. One that is there stays as it is unless `replacing`.
    static func create(_ path: String, replacing: Bool) throws(Failure) -> Descriptor {
        do throws(SystemError) {
            if path == "-" { return try duplicate(STDOUT_FILENO) }
            return try Descriptor.open(path, O_RDWR | O_CREAT | (replacing ? O_TRUNC : O_EXCL))
        } catch {
            throw error.code == EEXIST ? present(path) : Failure(error, path)
        }
    }

    /// There is a file where one was to be made.
    static func present(_ path: String) -> Failure { .usage("\(path) is there already; --force replaces it") }

    /// Opens a folder, which is made if it is not there.
    static func openFolder(_ path: String) throws(Failure) -> Descriptor {
        unsafe mkdir(path, 0o700)
        do throws(SystemError) { return try Descriptor.open(path, O_RDONLY | O_DIRECTORY) } catch {
            throw Failure(error, path)
        }
    }

    /// Another descriptor for what `number` is open on.
    static func duplicate(_ number: Int32) throws(SystemError) -> Descriptor {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw .last("fcntl") }
        return Descriptor(owning: copy)
    }
}
