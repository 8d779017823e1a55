extension HandshakePattern {
    /// The pattern with one modifier applied; nil for an unknown one or one that does not fit.
    func modified(by modifier: String) -> HandshakePattern? {
        if modifier == "fallback" { return fallback }
        guard modifier.hasPrefix("psk"), let number = Int(modifier.dropFirst(3)), "psk\(number)" == modifier else {
            return nil
        }
        return withPSK(number)
    }

    /// `psk0` stands at the beginning of the first message, `psk1` at the end of it, `psk2` at the end of the second, and
    /// so on (§9.4).
    private func withPSK(_ number: Int) -> HandshakePattern? {
        guard 0...messages.count ~= number, !messages.joined().contains(.psk(number)) else { return nil }
        var messages = messages
        if number == 0 { messages[0].insert(.psk(0), at: 0) } else { messages[number - 1].append(.psk(number)) }
        return HandshakePattern(
            name: name, initiatorPreMessage: initiatorPreMessage, responderPreMessage: responderPreMessage,
            messages: messages)
    }

    /// The responder begins anew after a first message that it could only use as a pre-message (§10.2). In canonical
    /// form both sides exchange their roles.
    private var fallback: HandshakePattern? {
        guard let first = messages.first, [[.e], [.s], [.e, .s]].contains(first), messages.count > 1 else { return nil }
        return HandshakePattern(
            name: name, initiatorPreMessage: responderPreMessage, responderPreMessage: initiatorPreMessage + first,
            messages: messages.dropFirst().map { $0.map(\.reversed) })
    }
}
