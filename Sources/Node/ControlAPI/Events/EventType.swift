/// Every type of event, by its name on the wire. The part before the dot is its topic.
public enum EventType: String, CaseIterable, Sendable {
    case daemonReady = "daemon.ready"
    case daemonStopping = "daemon.stopping"
    case identityCreated = "identity.created"
    case identityLocked = "identity.locked"
    case identityUnlocked = "identity.unlocked"
    case contactAdded = "contact.added"
    case contactChanged = "contact.changed"
    case contactRemoved = "contact.removed"
    case contactOnline = "contact.online"
    case contactOffline = "contact.offline"
    case inviteCreated = "invite.created"
    case inviteUsed = "invite.used"
    case inviteReused = "invite.reused"
    case inviteExpired = "invite.expired"
    case inviteRevoked = "invite.revoked"
    case callOutgoing = "call.outgoing"
    case callIncoming = "call.incoming"
    case callRinging = "call.ringing"
    case callConnected = "call.connected"
    case callMediaStarted = "call.media_started"
    case callVideoStarted = "call.video_started"
    case callPathChanged = "call.path_changed"
    case callMuted = "call.muted"
    case callParticipantLeft = "call.participant_left"
    case callTurnedAway = "call.turned_away"
    case callEnded = "call.ended"
    case mediaSourceAdded = "media.source_added"
    case mediaSourceEnded = "media.source_ended"
    case mediaSourceFailed = "media.source_failed"
    case mediaSinkFailed = "media.sink_failed"
    case journalSealed = "journal.sealed"
    case journalFailed = "journal.failed"

    /// The part of the name before the dot.
    public var topic: String { String(rawValue.prefix { $0 != "." }) }

    /// Every topic, in order of appearance.
    public static let topics: [String] = allCases.map(\.topic).reduce(into: []) { topics, topic in
        if topics.last != topic { topics.append(topic) }
    }
}
