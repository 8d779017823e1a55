internal import Basics

/// What happened, ready to become an entry: a name, clear fields that are not personal, and personal ones to be sealed.
/// The constructors for each kind are the only way to make one.
public struct JournalEvent: Sendable {
    /// Personal facts about one subject, sealed under one key with the others about that subject in that call.
    struct Personal: Sendable {
        let subject: SubjectID
        let fields: JSONObject
    }

    /// Such as `call.join`.
    public let name: String
    let fields: JSONObject
    let personal: [Personal]

    /// The most bytes of a text that came from a peer (SECURITY, "Strangers and floods").
    static let maximumTextByteCount = 256

    init(_ name: String, _ fields: KeyValuePairs<String, JSONValue?> = [:], personal: [Personal] = []) {
        self.name = name
        self.fields = JSONValue(members: fields).object ?? JSONObject()
        self.personal = personal.filter { !$0.fields.members.isEmpty }
    }

    init(_ name: String, _ fields: [(String, JSONValue)]) {
        self.name = name
        self.fields = JSONObject(fields)
        personal = []
    }
}

extension JournalEvent.Personal {
    /// Facts about `subject`; one that is nil is left out, one that is too long is cut.
    init(_ subject: SubjectID, _ fields: KeyValuePairs<String, String?>) {
        self.subject = subject
        self.fields = JSONObject(
            fields.compactMap { name, text in text.map { (name, .string($0.cut(JournalEvent.maximumTextByteCount))) } })
    }
}

extension String {
    /// The longest beginning of at most `byteCount` bytes of UTF-8, in whole characters.
    fileprivate func cut(_ byteCount: Int) -> String {
        guard utf8.count > byteCount else { return self }
        var text = self
        while text.utf8.count > byteCount { text.unicodeScalars.removeLast() }
        return text
    }
}
