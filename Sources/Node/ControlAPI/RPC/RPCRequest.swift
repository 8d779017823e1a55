public import Basics

/// A client of the control socket, as its driver numbers them; never used again within a boot.
public struct ClientNumber: Hashable, Comparable, Sendable {
    /// The number.
    public let number: UInt64

    /// The client with this number.
    public init(number: UInt64) { self.number = number }

    /// Earlier clients come first.
    public static func < (left: ClientNumber, right: ClientNumber) -> Bool { left.number < right.number }
}

/// What the client calls its request, to be given back as it was (JSON-RPC 2.0 §4).
public enum RPCID: Hashable, Sendable {
    /// `null`: also what an answer has whose request could not be read.
    case null
    /// A number, as it was written.
    case number(JSONNumber)
    /// A string.
    case string(String)

    /// The value of the `id` member; nil for what cannot be one.
    init?(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .number(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .bool, .array, .object: return nil
        }
    }

    var json: JSONValue {
        switch self {
        case .null: .null
        case .number(let number): .number(number)
        case .string(let text): .string(text)
        }
    }
}

/// A request that was read and checked: the method exists and the parameters are of its types.
public struct RPCRequest<Name: RPCMethodName>: Sendable {
    /// Who asks.
    public let client: ClientNumber
    /// What the client calls the request; nil for a notification, which gets no answer of any kind.
    public let id: RPCID?
    /// What is asked for.
    public let method: Name
    /// With what.
    public let parameters: RPCParameters

    /// The line that answers with `result`; nil when none is wanted.
    public func answer(_ result: JSONValue) -> [UInt8]? {
        id.map { RPCLine.encode(["jsonrpc": "2.0", "id": $0.json, "result": result]) }
    }

    /// The line that answers with an error; nil when none is wanted.
    public func answer(_ error: ControlError) -> [UInt8]? { id.map { RPCLine.failure(error, id: $0) } }
}

/// A request of the control protocol.
public typealias ControlRequest = RPCRequest<MethodName>
