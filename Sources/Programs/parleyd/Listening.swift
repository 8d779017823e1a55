import Basics
import ControlAPI
import NodeEngine
import Platform
import Vault

/// Where the daemon listens for datagrams: `listen.port`, `listen.addresses` (CONTRACT §1).
enum Listening {
    /// The addresses to bind. A port that is left to us is chosen once, by the kernel, and then kept in the file `path`.
    static func addresses(_ configuration: Configuration, keeping path: String) throws(StartFailure) -> [SocketAddress]
    {
        let port = configuration.listenPort == 0 ? try keptPort(at: path) : configuration.listenPort
        let hosts = configuration.listenAddresses.isEmpty ? [IPAddress(v6: 0, 0)] : configuration.listenAddresses
        return hosts.map { SocketAddress($0, port: port) }
    }

    private static func keptPort(at path: String) throws(StartFailure) -> UInt16 {
        do throws(SystemError) {
            guard let bytes = try WholeFile.read(path) else { return 0 }
            return UInt16(String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" }) ?? 0
        } catch { throw StartFailure(.inputOutput, "\(path): \(error)") }
    }

    /// Keeps the port for the next start.
    static func keep(_ port: UInt16?, at path: String) throws(StartFailure) {
        guard let port else { return }
        do throws(SystemError) { try WholeFile.write(Array("\(port)\n".utf8).rawSpan, to: path) } catch {
            throw StartFailure(.inputOutput, "\(path): \(error)")
        }
    }

    /// The addresses of this machine's interfaces that are up.
    static var interfaceAddresses: [IPAddress] {
        do throws(SystemError) { return try InterfaceAddress.all().map(\.address) } catch {
            Log.warning("the addresses of this machine cannot be read: \(error)")
            return []
        }
    }
}
