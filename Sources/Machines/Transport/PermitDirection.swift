/// Whose packets a permit is for.
public enum PermitDirection: Hashable, CaseIterable, Sendable {
    /// Ours: what is not open is not sealed.
    case sending
    /// The peer's: what is not open is dropped after its header.
    case receiving
}
