internal import Basics

/// What one line from a client comes to.
public enum RPCInput<Name: RPCMethodName>: Sendable {
    /// Nothing: an empty line, or a notification that cannot be carried out.
    case nothing
    /// A request to carry out.
    case request(RPCRequest<Name>)
    /// A line to send back at once: the request was refused.
    case refusal([UInt8])
}

/// What one line of the control socket comes to.
public typealias ControlInput = RPCInput<MethodName>

extension RPCInput {
    /// Reads one line, without its line feed, as JSON-RPC 2.0 with the limits of CONTRACT §2: parameters by name, no
    /// batches. `descriptorCount` descriptors came with it.
    public init(reading line: RawSpan, from client: ClientNumber, descriptorCount: Int = 0) {
        guard !Self.isBlank(line) else {
            self = .nothing
            return
        }
        do throws(JSONError) {
            self.init(try JSONValue(parsing: line), from: client, descriptorCount: descriptorCount)
        } catch {
            let place = "column \(error.column): \(error.reason)"
            self = .refusal(RPCLine.failure(ControlError(.parseError, place), id: .null))
        }
    }

    private init(_ message: JSONValue, from client: ClientNumber, descriptorCount: Int) {
        let envelope: RPCEnvelope
        do throws(ControlError) { envelope = try RPCEnvelope(message) } catch {
            // What is no request may have been meant as one: it is answered, with its id if it has one (§5).
            self = .refusal(RPCLine.failure(error, id: RPCEnvelope.id(of: message) ?? .null))
            return
        }
        do throws(ControlError) {
            let name = try Self.name(envelope.method)
            let parameters = try Self.parameters(envelope.parameters, of: name, descriptorCount)
            self = .request(RPCRequest(client: client, id: envelope.id, method: name, parameters: parameters))
        } catch {
            // A notification is never answered (§4.1).
            self = envelope.id.map { .refusal(RPCLine.failure(error, id: $0)) } ?? .nothing
        }
    }

    private static func name(_ method: String) throws(ControlError) -> Name {
        guard let name = Name(rawValue: method) else {
            throw ControlError(.methodNotFound, "there is no method \"\(method.prefix(64))\"")
        }
        return name
    }

    private static func parameters(
        _ value: JSONValue, of name: Name, _ descriptorCount: Int
    ) throws(ControlError) -> RPCParameters {
        guard let object = value.object else { throw ControlError(.invalidParams, "parameters are given by name") }
        do throws(ValueType.Misfit) {
            return try RPCParameters(object, descriptorCount: descriptorCount, as: name.method.parameters)
        } catch {
            throw ControlError(.invalidParams, error.problem, subject: error.path)
        }
    }

    private static func isBlank(_ line: RawSpan) -> Bool {
        for offset in 0..<line.byteCount where ![0x20, 0x09, 0x0D].contains(line.byte(at: offset)) { return false }
        return true
    }
}
