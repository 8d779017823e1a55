public import Basics

/// Lines that the server writes: one JSON text each, ended by a line feed.
public enum RPCLine {
    /// The most bytes a client's line may have, its line feed included (CONTRACT §7).
    public static let longest = 1_048_576

    /// What is answered to a line that is longer; the connection then closes.
    public static let tooLong = failure(
        ControlError(.invalidRequest, "the line is longer than \(longest) bytes"), id: .null)

    /// What is told when the descriptors of a line found no room; the connection then closes.
    public static let descriptorsExhausted = failure(
        ControlError(.busy, "the daemon has no descriptor left for those that came"), id: .null)

    /// A notification.
    public static func notification(_ method: String, _ parameters: JSONValue) -> [UInt8] {
        encode(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    }

    /// The first line to a client: which API, which boot, the newest event's number, and who the client is.
    public static func hello(boot: String, sequence: UInt64, uid: UInt32) -> [UInt8] {
        let scopes = Scope.allCases.map { JSONValue.string($0.rawValue) }
        return notification(
            "hello",
            [
                "api": .string(OpenRPC.apiVersion), "boot": .string(boot), "seq": JSONValue(sequence),
                "peer": ["uid": JSONValue(uid), "scopes": .array(scopes)],
            ])
    }

    /// An answer that tells an error.
    public static func failure(_ error: ControlError, id: RPCID) -> [UInt8] {
        encode(["jsonrpc": "2.0", "id": id.json, "error": error.json])
    }

    static func encode(_ message: JSONValue) -> [UInt8] { message.encoded() + [UInt8(ascii: "\n")] }
}
