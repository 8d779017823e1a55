import Basics
import ControlAPI
import Glibc
import Platform

/// A connection to the daemon: one request at a time, waiting for its answer; events that come meanwhile are kept.
final class Client {
    /// What `next` came back with.
    enum Happening {
        /// An event: the members of its `params`.
        case event(JSONValue)
        /// The deadline has passed.
        case timeout
        /// A signal of those that are watched.
        case signal(Int32)
    }

    private let socket: Descriptor
    private var unread: [UInt8] = []
    private var events: [JSONValue] = []
    private var lastID = 0
    /// What the daemon said first.
    private(set) var hello: JSONValue = .null

    /// Connects to the daemon at `path` and reads its first line.
    init(to path: String) throws(Failure) {
        do throws(SystemError) { socket = try UnixSocket.connect(to: path) } catch {
            throw Self.unreachable(path, error)
        }
        let line = try message()
        guard line["method"] == "hello", let parameters = line["params"] else {
            throw Failure(.protocolViolation, "protocol", "this is no daemon of Parley at \(path)")
        }
        hello = parameters
        guard hello["api"]?.string?.hasPrefix("1.") == true else {
            throw Failure(
                .protocolViolation, "protocol", "the daemon speaks version \(hello["api"]?.text() ?? "?"), not 1.x",
                hint: "Install the same version of parley and parleyd.")
        }
    }

    private static func unreachable(_ path: String, _ error: SystemError) -> Failure {
        switch error.code {
        case ENOENT, ECONNREFUSED, ENOTDIR:
            Failure(
                .notRunning, "not_running", "no daemon is running at \(path)",
                hint: "Start it with \"parley up\", or \"parley daemon\" to see it run.")
        case EACCES, EPERM: Failure(.notPermitted, "not_permitted", "\(path): \(error)")
        default: Failure(error, path)
        }
    }

    // MARK: Requests

    /// Asks for a method and waits for the answer. `descriptors` travel with the request; parameters that are nil are
    /// left out.
    func call(
        _ method: MethodName, _ parameters: KeyValuePairs<String, JSONValue?> = [:], with descriptors: [Int32] = []
    ) throws(Failure) -> JSONValue {
        guard case .object(let object) = JSONValue(members: parameters) else { preconditionFailure("not an object") }
        return try call(method.rawValue, object, with: descriptors)
    }

    /// Asks for a method by name.
    func call(
        _ method: String, _ parameters: JSONObject, with descriptors: [Int32] = []
    ) throws(Failure) -> JSONValue {
        lastID += 1
        let id = JSONValue(lastID)
        let request: JSONValue = [
            "jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(parameters),
        ]
        let line = request.encoded() + [UInt8(ascii: "\n")]
        guard line.count <= RPCLine.longest else { throw .usage("the request is longer than \(RPCLine.longest) bytes") }
        do throws(SystemError) { try UnixSocket.send(line.rawSpan, with: descriptors, on: socket) } catch {
            throw Self.gone
        }
        while true {
            let answer = try message()
            guard answer["id"] == id else {
                try keep(answer)
                continue
            }
            if let error = answer["error"] { throw Failure(told: error) }
            return answer["result"] ?? .null
        }
    }

    // MARK: Events

    /// The next event, or what else happens first: the deadline (nil: never), or a signal.
    func next(before deadline: Instant?, or signals: SignalWatch? = nil) throws(Failure) -> Happening {
        while events.isEmpty {
            if let line = nextLine() {
                try keep(try read(line))
            } else {
                switch try Poll.wait(for: socket, or: signals, before: deadline) {
                case .readable: try receive()
                case .signal(let number): return .signal(number)
                case .timeout: return .timeout
                }
            }
        }
        return .event(events.removeFirst())
    }

    private func keep(_ message: JSONValue) throws(Failure) {
        if message["method"] == "event", let parameters = message["params"] {
            events.append(parameters)
        } else if let error = message["error"], message["id"] == .null {
            throw Failure(told: error)
        }
    }

    // MARK: Lines

    private static let gone = Failure(
        .notRunning, "not_running", "the daemon has gone", hint: "Look at its log; \"parley up\" starts it again.")

    private func message() throws(Failure) -> JSONValue {
        while true {
            if let line = nextLine() { return try read(line) }
            try receive()
        }
    }

    private func read(_ line: [UInt8]) throws(Failure) -> JSONValue {
        do throws(JSONError) { return try JSONValue(parsing: line) } catch {
            throw Failure(.protocolViolation, "protocol", "the daemon's line cannot be read: \(error)")
        }
    }

    private func nextLine() -> [UInt8]? {
        guard let end = unread.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { unread.removeFirst(end + 1) }
        return Array(unread[..<end])
    }

    private func receive() throws(Failure) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        do throws(SystemError) {
            var span = chunk.mutableRawSpan
            let count = try socket.read(into: &span)
            guard count > 0 else { throw SystemError("read", code: EPIPE) }
            unread += chunk[..<count]
        } catch {
            throw Self.gone
        }
    }
}
