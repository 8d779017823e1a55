internal import Basics

/// A request object of JSON-RPC 2.0 (§4), before anybody knows whether its method exists.
struct RPCEnvelope {
    /// nil for a notification.
    let id: RPCID?
    let method: String
    /// An object or an array.
    let parameters: JSONValue

    /// Takes `message` apart; throws `invalidRequest` for what is no request object at all.
    init(_ message: JSONValue) throws(ControlError) {
        guard let object = message.object else {
            throw ControlError(.invalidRequest, message.array == nil ? "this is not an object" : "this is a batch")
        }
        guard object["jsonrpc"] == "2.0" else { throw ControlError(.invalidRequest, "\"jsonrpc\" is not \"2.0\"") }
        guard let method = object["method"]?.string else {
            throw ControlError(.invalidRequest, "\"method\" is not a string")
        }
        id = Self.id(of: message)
        guard id != nil || object["id"] == nil else {
            throw ControlError(.invalidRequest, "\"id\" is not a number, a string or null")
        }
        parameters = object["params"] ?? [:]
        guard parameters.object != nil || parameters.array != nil else {
            throw ControlError(.invalidRequest, "\"params\" is not an object")
        }
        self.method = method
    }

    /// The id of what may not even be a request; nil when there is none that could be given back.
    static func id(of message: JSONValue) -> RPCID? { message["id"].flatMap(RPCID.init) }
}
