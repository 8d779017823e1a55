public import Basics

/// Something that happened, with its place among all events of this run of the daemon.
public struct Event: Sendable {
    /// Its number: 1 for the first, dense, given before any filter.
    public let sequence: UInt64
    /// What kind of thing happened.
    public let type: EventType
    /// The members of `params`, encoded: an event is written once and sent to many.
    private let parameters: [UInt8]

    init(_ type: EventType, _ data: JSONObject, boot: String, sequence: UInt64, at time: WallTime) {
        self.sequence = sequence
        self.type = type
        let json: JSONValue = [
            "boot": .string(boot), "seq": JSONValue(sequence), "t": .string(time.description),
            "type": .string(type.rawValue), "data": .object(data),
        ]
        parameters = json.encoded()
    }

    /// The notification that tells it, as a line.
    public var line: [UInt8] {
        Array(#"{"jsonrpc":"2.0","method":"event","params":"#.utf8) + parameters + Array("}\n".utf8)
    }

    /// The same as a value, for `events.next`.
    public var json: JSONValue {
        guard let value = try? JSONValue(parsing: parameters.rawSpan) else {
            preconditionFailure("an event that was written cannot be read")
        }
        return value
    }
}
