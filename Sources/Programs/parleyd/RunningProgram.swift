import Basics
import Crypto
import Glibc
import Platform

/// The program that this process runs, as the kernel holds it: the file may have been replaced since.
enum RunningProgram {
    /// The SHA-256 of its file; nil when the kernel does not show it.
    static var hash: Bytes32? {
        do throws(SystemError) {
            let file = try Descriptor.open("/proc/self/exe", O_RDONLY)
            var hash = SHA256()
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while true {
                var buffer = chunk.mutableRawSpan
                let count = try file.read(into: &buffer)
                guard count > 0 else { return hash.finalize() }
                hash.update(chunk.rawSpan.extracting(first: count))
            }
        } catch {
            Log.warning("the program's file cannot be read: \(error)")
            return nil
        }
    }
}
