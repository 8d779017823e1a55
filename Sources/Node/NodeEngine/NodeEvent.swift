internal import Basics
internal import Calling
internal import ControlAPI
internal import Mesh
internal import Trust

/// Something that front ends are told, with the fields of its type.
struct NodeEvent {
    let type: EventType
    let data: JSONValue

    init(_ type: EventType, _ data: JSONValue) {
        self.type = type
        self.data = data
    }

    static func invite(_ type: EventType, _ id: UInt64, _ more: KeyValuePairs<String, JSONValue?> = [:]) -> NodeEvent {
        let fields =
            [("invite", JSONValue.string(InviteText.id(id)))]
            + more.compactMap { name, value in
                value.map { (name, $0) }
            }
        return NodeEvent(type, .object(JSONObject(fields)))
    }

    static func contact(_ type: EventType, _ contact: Contact) -> NodeEvent {
        NodeEvent(type, ["peer": .text(contact.peer), "name": .string(contact.name)])
    }

    /// An event about a call and one of its participants.
    static func call(
        _ type: EventType, _ call: CallID, _ peer: PeerID?, _ more: KeyValuePairs<String, JSONValue?> = [:]
    ) -> NodeEvent {
        let fields = [("call", JSONValue.text(call)), ("peer", peer.map { .text($0) })].compactMap { name, value in
            value.map { (name, $0) }
        }
        return NodeEvent(
            type, .object(JSONObject(fields + more.compactMap { name, value in value.map { (name, $0) } })))
    }

    /// What the switchboard reports; nil for what is not told to front ends. `media`: what a call that rings may carry.
    init?(_ event: CallEvent, level: IdentityLevel, name: String, media: JSONValue) {
        let name = JSONValue.string(name)
        switch event {
        case .incoming(let call, let peer):
            self = .call(
                .callIncoming, call, peer, ["name": name, "level": .string(level.name), "media": media])
        case .ringing(let call, let peer): self = .call(.callRinging, call, peer, ["name": name])
        case .connected(let call, let peer): self = .call(.callConnected, call, peer, ["name": name])
        case .muted(let call, let peer, let kind, let isMuted):
            self = .call(.callMuted, call, peer, ["kind": .string(kind.name), "muted": .bool(isMuted)])
        case .participantLeft(let call, let peer, let cause):
            self = .call(.callParticipantLeft, call, peer, ["cause": .string(cause.name)])
        case .turnedAway(let peer, let cause):
            self.init(.callTurnedAway, ["peer": .text(peer), "name": name, "cause": .string(cause.name)])
        case .source: return nil
        }
    }
}

/// How invites are named to people.
enum InviteText {
    static func id(_ id: UInt64) -> String { Hex.encode(Table.key(id)) }

    static func parse(_ text: String) -> UInt64? { text.utf8.count == 16 ? UInt64(text, radix: 16) : nil }
}

extension JSONValue {
    /// The text of an identifier; null for none.
    static func text(_ value: (some CustomStringConvertible)?) -> JSONValue {
        value.map { .string($0.description) } ?? .null
    }

    /// Milliseconds with two decimals; null for none.
    static func milliseconds(_ duration: Duration?) -> JSONValue {
        duration.map { JSONValue(($0.milliseconds * 100).rounded() / 100) } ?? .null
    }
}
