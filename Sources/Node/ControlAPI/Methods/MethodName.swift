/// Every method of the control protocol, by its name on the wire.
public enum MethodName: String, RPCMethodName {
    case daemonStatus = "daemon.status"
    case daemonShutdown = "daemon.shutdown"
    case identityGet = "identity.get"
    case identityCreate = "identity.create"
    case identityLock = "identity.lock"
    case identityUnlock = "identity.unlock"
    case identityExport = "identity.export"
    case identityImport = "identity.import"
    case contactList = "contact.list"
    case contactGet = "contact.get"
    case contactSet = "contact.set"
    case contactBlock = "contact.block"
    case contactRemove = "contact.remove"
    case inviteCreate = "invite.create"
    case inviteAccept = "invite.accept"
    case inviteList = "invite.list"
    case inviteRevoke = "invite.revoke"
    case callStart = "call.start"
    case callAnswer = "call.answer"
    case callDecline = "call.decline"
    case callEnd = "call.end"
    case callMute = "call.mute"
    case callList = "call.list"
    case callGet = "call.get"
    case callStats = "call.stats"
    case mediaSources = "media.sources"
    case mediaAddSource = "media.addSource"
    case journalVerify = "journal.verify"
    case journalHead = "journal.head"
    case journalQuery = "journal.query"
    case journalExport = "journal.export"
    case eventsSubscribe = "events.subscribe"
    case eventsNext = "events.next"
    case eventsTypes = "events.types"
    case netPaths = "net.paths"
    case netPing = "net.ping"
    case rpcDiscover = "rpc.discover"

    /// Whether it can be carried out only while the identity is there and unlocked.
    public var needsKeys: Bool {
        switch self {
        case .daemonStatus, .daemonShutdown, .identityGet, .identityCreate, .identityLock, .identityUnlock,
            .identityImport, .eventsSubscribe, .eventsNext, .eventsTypes, .rpcDiscover:
            false
        case .identityExport, .contactList, .contactGet, .contactSet, .contactBlock, .contactRemove, .inviteCreate,
            .inviteAccept, .inviteList, .inviteRevoke, .callStart, .callAnswer, .callDecline, .callEnd, .callMute,
            .callList, .callGet, .callStats, .mediaSources, .mediaAddSource, .journalVerify, .journalHead,
            .journalQuery, .journalExport, .netPaths, .netPing:
            true
        }
    }

    /// How it can fail, besides the five errors of JSON-RPC.
    public var errors: [ErrorKind] {
        let general: [ErrorKind] = (needsKeys ? [.notReady, .notFound, .locked] : []) + [.rateLimited]
        return general + method.errors.filter { !general.contains($0) }
    }

    /// What the method takes and gives.
    public var method: Method {
        switch self {
        case .daemonStatus: .daemonStatus
        case .daemonShutdown: .daemonShutdown
        case .identityGet: .identityGet
        case .identityCreate: .identityCreate
        case .identityLock: .identityLock
        case .identityUnlock: .identityUnlock
        case .identityExport: .identityExport
        case .identityImport: .identityImport
        case .contactList: .contactList
        case .contactGet: .contactGet
        case .contactSet: .contactSet
        case .contactBlock: .contactBlock
        case .contactRemove: .contactRemove
        case .inviteCreate: .inviteCreate
        case .inviteAccept: .inviteAccept
        case .inviteList: .inviteList
        case .inviteRevoke: .inviteRevoke
        case .callStart: .callStart
        case .callAnswer: .callAnswer
        case .callDecline: .callDecline
        case .callEnd: .callEnd
        case .callMute: .callMute
        case .callList: .callList
        case .callGet: .callGet
        case .callStats: .callStats
        case .mediaSources: .mediaSources
        case .mediaAddSource: .mediaAddSource
        case .journalVerify: .journalVerify
        case .journalHead: .journalHead
        case .journalQuery: .journalQuery
        case .journalExport: .journalExport
        case .eventsSubscribe: .eventsSubscribe
        case .eventsNext: .eventsNext
        case .eventsTypes: .eventsTypes
        case .netPaths: .netPaths
        case .netPing: .netPing
        case .rpcDiscover: .rpcDiscover
        }
    }
}
