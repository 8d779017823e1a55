/// The sequence of messages of a handshake (Noise §7), in canonical form: the initiator sends the first, and they
/// alternate.
public struct HandshakePattern: Hashable, Sendable {
    /// The name with its modifiers, such as `IKpsk2`.
    public let name: String
    /// Keys of the initiator that the responder has beforehand.
    public let initiatorPreMessage: [Token]
    /// Keys of the responder that the initiator has beforehand.
    public let responderPreMessage: [Token]
    /// The tokens of each message.
    public let messages: [[Token]]

    /// Whether a pre-shared key takes part: then ephemeral keys are also mixed into the key (§9.2).
    public var hasPSK: Bool {
        messages.joined().contains {
            switch $0 {
            case .psk: true
            case .e, .s, .ee, .es, .se, .ss: false
            }
        }
    }

    /// Whether the responder never sends (§7.4).
    public var isOneWay: Bool { messages.count == 1 }

    init(name: String, initiatorPreMessage: [Token], responderPreMessage: [Token], messages: [[Token]]) {
        self.name = name
        self.initiatorPreMessage = initiatorPreMessage
        self.responderPreMessage = responderPreMessage
        self.messages = messages
    }

    /// The pattern of a name like `NN`, `IKpsk2` or `XXfallback+psk0` (§8.1); nil for one that does not exist.
    public init?(_ name: some StringProtocol) {
        let base = name.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber) }
        guard var pattern = Self.table[String(base)] else { return nil }
        let modifiers = name.dropFirst(base.count)
        if !modifiers.isEmpty {
            for modifier in modifiers.split(separator: "+", omittingEmptySubsequences: false) {
                guard let modified = pattern.modified(by: String(modifier)) else { return nil }
                pattern = modified
            }
        }
        self.init(
            name: String(name), initiatorPreMessage: pattern.initiatorPreMessage,
            responderPreMessage: pattern.responderPreMessage, messages: pattern.messages)
    }
}
