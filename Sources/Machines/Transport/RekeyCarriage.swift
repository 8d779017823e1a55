/// How a new key is to be made.
public enum RekeyCarriage: Hashable, Sendable {
    /// By `Endpoint.rekey`, through the session.
    case inside
    /// By `Endpoint.initiate`, over routes: the session has no key left.
    case outside
}
