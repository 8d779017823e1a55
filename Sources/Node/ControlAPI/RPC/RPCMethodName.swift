/// The names of a set of methods: an enum whose raw values are the names on the wire. The compiler then sees to it that
/// every method is described and carried out.
public protocol RPCMethodName: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    /// What the method takes and gives.
    var method: Method { get }
}
