import Basics
import ControlAPI
import Glibc
import NodeEngine
import Platform
import Vault

/// What must be right before the daemon touches the network: its folders, its lock, its configuration.
struct Startup: ~Copyable {
    let paths: HomePaths
    let environment: [String: String]
    let configuration: Configuration
    /// Whether the command line names the configuration's file.
    let isConfigurationRequired: Bool
    let lock: HomeLock?

    init(_ arguments: Arguments) throws(StartFailure) {
        let environment = Self.environment
        guard
            let places = Places(environment: environment, home: arguments.home, socket: arguments.socket)
        else {
            throw StartFailure(.configuration, "nothing says where to live: set PARLEY_HOME or HOME, or give --home")
        }
        let paths = HomePaths(places, configuration: arguments.configuration)
        do throws(SystemError) {
            try ProcessHardening.forbidCoreDumps()
            try paths.createDirectories()
        } catch { throw StartFailure(.inputOutput, "\(error)") }
        let lock = try Self.lock(paths)
        let isRequired = arguments.configuration != nil
        configuration = try Self.readConfiguration(paths.configuration, isRequired: isRequired)
        isConfigurationRequired = isRequired
        self.environment = environment
        self.paths = paths
        self.lock = Optional(consume lock)
    }

    private static func lock(_ paths: HomePaths) throws(StartFailure) -> HomeLock {
        do throws(HomeLockError) { return try HomeLock(paths) } catch {
            switch error {
            case .held(let pid):
                let who = pid.map { "process \($0)" } ?? "another process"
                throw StartFailure(.tryAgain, "a daemon runs on this home already: \(who)")
            case .system(let error): throw StartFailure(.inputOutput, "\(error)")
            }
        }
    }

    /// The configuration; the defaults when there is no file and nobody asked for one.
    static func readConfiguration(_ path: String, isRequired: Bool) throws(StartFailure) -> Configuration {
        let text: [UInt8]?
        do throws(SystemError) { text = try WholeFile.read(path) } catch {
            throw StartFailure(.configuration, "\(path): \(error)")
        }
        guard let text else {
            guard !isRequired else { throw StartFailure(.configuration, "\(path): there is no such file") }
            return Configuration()
        }
        do throws(ConfigurationFault) { return try Configuration(parsing: text.rawSpan) } catch {
            throw StartFailure(.configuration, "\(path):\(error)")
        }
    }

    private static var environment: [String: String] {
        var found: [String: String] = [:]
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let text = unsafe String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                found[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            unsafe next += 1
        }
        return found
    }
}
