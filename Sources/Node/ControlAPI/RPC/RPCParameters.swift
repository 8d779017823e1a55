public import Basics

/// The parameters of a request, checked against the method's fields. Reading a field of another name or type than the
/// method has is our own mistake, and stops the program.
public struct RPCParameters: Sendable {
    /// The parameters as they came.
    public let object: JSONObject
    /// How many descriptors came with the line.
    public let descriptorCount: Int
    private let fields: [Field]

    init(_ object: JSONObject, descriptorCount: Int, as fields: [Field]) throws(ValueType.Misfit) {
        try fields.check(object, descriptorCount: descriptorCount)
        self.object = object
        self.descriptorCount = descriptorCount
        self.fields = fields
    }

    /// A text or a word that must be there.
    public func text(_ name: String) -> String { required(name, textIfPresent(name)) }
    /// A text or a word; nil when it is not there.
    public func textIfPresent(_ name: String) -> String? { read(name) { $0.string } }
    /// A whole number that must be there.
    public func int(_ name: String) -> Int { required(name, intIfPresent(name)) }
    /// A whole number, or the number of a descriptor; nil when it is not there.
    public func intIfPresent(_ name: String) -> Int? { read(name) { $0.int } }
    /// A truth value; nil when it is not there.
    public func boolIfPresent(_ name: String) -> Bool? { read(name) { $0.bool } }
    /// A truth value; false when it is not there.
    public func flag(_ name: String) -> Bool { boolIfPresent(name) ?? false }
    /// Texts; nil when they are not there.
    public func textsIfPresent(_ name: String) -> [String]? { read(name) { $0.array?.compactMap(\.string) } }
    /// Texts; none when they are not there.
    public func texts(_ name: String) -> [String] { textsIfPresent(name) ?? [] }
    /// A moment; nil when it is not there.
    public func timeIfPresent(_ name: String) -> WallTime? { read(name) { $0.string.flatMap { WallTime($0) } } }
    /// A time given as a number of milliseconds; nil when it is not there.
    public func millisecondsIfPresent(_ name: String) -> Duration? { intIfPresent(name).map { .milliseconds($0) } }
    /// A time given as a number of seconds; nil when it is not there.
    public func secondsIfPresent(_ name: String) -> Duration? { intIfPresent(name).map { .seconds($0) } }

    private func read<Value>(_ name: String, _ body: (JSONValue) -> Value?) -> Value? {
        precondition(fields.contains { $0.name == name }, "the method has no parameter \(name)")
        guard let value = object[name] else { return nil }
        return required(name, body(value))
    }

    private func required<Value>(_ name: String, _ value: Value?) -> Value {
        guard let value else { preconditionFailure("the parameter \(name) is read as another type than it has") }
        return value
    }
}
