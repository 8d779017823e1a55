public import Basics

/// An entry as it was found, and what of its sealed parts could be opened.
public struct StoredEntry: Hashable, Sendable {
    /// What it says.
    public let entry: JournalEntry
    /// As it is stored and hashed.
    public let bytes: [UInt8]
    /// What is personal, in the order of `entry.sealed`; nil where the key or the sidecar is gone, or was not given.
    public let personal: [JSONObject?]

    /// One line of an export, without newline: the stored bytes, or with opened parts, those under `personal`.
    public var line: [UInt8] {
        guard personal.contains(where: { $0 != nil }),
            case .object(var object)? = try? JSONValue(parsing: bytes.rawSpan)
        else { return bytes }
        object["personal"] = .array(personal.map { $0.map(JSONValue.object) ?? .null })
        return JSONValue.object(object).encoded(.canonical)
    }
}
