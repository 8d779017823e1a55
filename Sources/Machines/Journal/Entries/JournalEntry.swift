public import Basics

/// One entry: canonical JSON (RFC 8785), hashed and kept as these bytes, never written again from its parts.
///
/// ```
/// {"act":"u:…","b":"…","call":"…","cp":"…","d":{…},"ev":"call.join","mt":…,"p":[{"k":"…","m":"…"}],
///  "seq":417,"t":"2026-11-23T17:50:00.123Z","v":1}
/// ```
public struct JournalEntry: Hashable, Sendable {
    /// Its place in the log, from 0.
    public let sequence: Int
    /// What happened, such as `call.join`.
    public let event: String
    /// Who acted.
    public let actor: Actor
    /// The call it belongs to.
    public let call: LocalCallID?
    /// What is not personal.
    public let fields: JSONObject
    /// What is personal: commitments to frames in sidecars.
    public let sealed: [SidecarCommitment]
    /// The calendar, which may step.
    public let time: WallTime
    /// Microseconds since the machine started. Not nanoseconds: canonical numbers are exact to 2^53 only.
    public let uptime: Int64
    /// Random for each start of the daemon: between entries of one boot, `uptime` tells the truth about time.
    public let boot: String
    /// The root of the log before this entry, exactly when a checkpoint was signed there: so no checkpoint can vanish.
    public let checkpointed: Bytes32?

    static let version = 1
    /// An entry's length stands in two bytes.
    static let maximumByteCount = 65_535

    /// The entry as it is stored and hashed.
    var encoded: [UInt8] {
        var entry = JSONObject([
            ("act", .string(actor.text)), ("b", .string(boot)), ("d", .object(fields)), ("ev", .string(event)),
            ("mt", JSONValue(uptime)), ("seq", JSONValue(sequence)), ("t", .string(time.description)),
            ("v", JSONValue(Self.version)),
        ])
        if let call { entry["call"] = .string(call.text) }
        if let checkpointed { entry["cp"] = .string(BaseEncoding.base64.encode(checkpointed.array)) }
        if !sealed.isEmpty { entry["p"] = .array(sealed.map(\.json)) }
        return JSONValue.object(entry).encoded(.canonical)
    }
}

extension JournalEntry {
    /// Reads a stored entry; nil for what no version of ours writes.
    public init?(parsing bytes: RawSpan) {
        guard let entry = try? JSONValue(parsing: bytes), entry["v"]?.int == Self.version,
            let sequence = entry["seq"]?.int, let event = entry["ev"]?.string,
            let actor = entry["act"]?.string.flatMap(Actor.init), let fields = entry["d"]?.object,
            let time = entry["t"]?.string.flatMap({ WallTime($0) }), let uptime = entry["mt"]?.number?.int64,
            let boot = entry["b"]?.string
        else { return nil }
        var commitments: [SidecarCommitment] = []
        for part in entry["p"]?.array ?? [] {
            guard let commitment = SidecarCommitment(part) else { return nil }
            commitments.append(commitment)
        }
        let call = entry["call"]?.string.flatMap { LocalCallID($0) }
        let root = entry["cp"]?.string.flatMap { BaseEncoding.base64.decode($0) }.flatMap { Bytes32($0) }
        guard (call == nil) == (entry["call"] == nil), (root == nil) == (entry["cp"] == nil) else { return nil }
        self.init(
            sequence: sequence, event: event, actor: actor, call: call, fields: fields, sealed: commitments,
            time: time, uptime: uptime, boot: boot, checkpointed: root)
    }
}
