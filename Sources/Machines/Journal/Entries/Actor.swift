/// Who acted.
public enum Actor: Hashable, Sendable {
    /// The daemon by itself: a timer, a start, a failure.
    case daemon
    /// A local user, through the control socket.
    case user(SubjectID)
    /// A contact, through the network.
    case contact(SubjectID)

    /// `d`, `u:<id>` or `c:<id>`.
    public var text: String {
        switch self {
        case .daemon: "d"
        case .user(let id): "u:\(id)"
        case .contact(let id): "c:\(id)"
        }
    }

    /// Reads what `text` writes.
    public init?(_ text: String) {
        let id = SubjectID(text.dropFirst(2))
        switch (text.prefix(2), id) {
        case ("d", _): self = .daemon
        case ("u:", let id?): self = .user(id)
        case ("c:", let id?): self = .contact(id)
        default: return nil
        }
    }
}
