internal import Basics
internal import Platform

/// A client of a daemon's control socket: asks, waits for the answer, and hears events.
final class ControlClient {
    private let socket: Descriptor
    private var unread: [UInt8] = []
    private var nextID = 1

    /// Connects, and reads the greeting.
    init(to path: String) throws {
        socket = try UnixSocket.connect(to: path)
        _ = try line()
    }

    /// Asks for a method and waits for its result.
    func call(_ method: String, _ parameters: JSONValue = .object(JSONObject())) throws -> JSONValue {
        let id = nextID
        nextID += 1
        let request: JSONValue = [
            "jsonrpc": "2.0", "id": JSONValue(id), "method": .string(method), "params": parameters,
        ]
        try socket.writeAll((request.encoded() + [0x0A]).rawSpan)
        while true {
            let answer = try line()
            guard answer["id"]?.int == id else { continue }
            guard let result = answer["result"] else { throw BenchFailure("\(method): \(answer)") }
            return result
        }
    }

    /// Waits for an event of a type: its data.
    func event(_ type: String) throws -> JSONValue {
        while true {
            guard let told = try line()["params"], told["type"]?.string == type else { continue }
            return told["data"] ?? .null
        }
    }

    private func line() throws -> JSONValue {
        while true {
            if let end = unread.firstIndex(of: 0x0A) {
                let line = Array(unread[..<end])
                unread.removeSubrange(...end)
                return try JSONValue(parsing: line.rawSpan)
            }
            var chunk = [UInt8](repeating: 0, count: 65_536), span = chunk.mutableRawSpan
            let count = try socket.read(into: &span)
            guard count > 0 else { throw BenchFailure("the daemon hung up") }
            unread += chunk[..<count]
        }
    }
}
