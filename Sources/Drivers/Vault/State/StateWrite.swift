/// One change to a `StateStore`.
public enum StateWrite: Hashable, Sendable {
    /// The key has this value from now on.
    case put(namespace: String, key: [UInt8], value: [UInt8])
    /// The key has no value any more; it may have had none.
    case delete(namespace: String, key: [UInt8])
}
