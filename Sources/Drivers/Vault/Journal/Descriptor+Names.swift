import Glibc
import Platform

extension Descriptor {
    /// The names in this folder, those of folders with a slash behind, in any order.
    func names() throws(SystemError) -> [String] {
        let number = try open(at: ".", O_RDONLY | O_DIRECTORY).release()
        guard let stream = unsafe fdopendir(number) else {
            let error = SystemError.last("fdopendir")
            close(number)
            throw error
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw .last("readdir") }
                return names
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            names.append(unsafe try isFolder(name, entry.pointee.d_type) ? name + "/" : name)
        }
    }

    /// `type` is what the folder says; not every file system does.
    private func isFolder(_ name: String, _ type: UInt8) throws(SystemError) -> Bool {
        guard Int(type) == Int(DT_UNKNOWN) else { return Int(type) == Int(DT_DIR) }
        var status = stat()
        try retrying("fstatat") { unsafe fstatat(rawValue, name, &status, AT_SYMLINK_NOFOLLOW) }
        return status.st_mode & S_IFMT == S_IFDIR
    }
}
