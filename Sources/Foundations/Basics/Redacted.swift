/// A value about a person (an address, a name) that no log shows. It is redacted from the moment it is parsed.
public struct Redacted<Value> {
    /// The value itself, for those who need it to work.
    public var value: Value

    /// Hides `value`.
    public init(_ value: Value) { self.value = value }
}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the value.
    public var description: String { "[redacted]" }
    /// Never the value.
    public var debugDescription: String { description }
    /// No children: `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Redacted: Sendable where Value: Sendable {}
extension Redacted: Equatable where Value: Equatable {}
extension Redacted: Hashable where Value: Hashable {}
