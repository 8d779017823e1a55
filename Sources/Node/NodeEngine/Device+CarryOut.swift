internal import Basics
internal import ControlAPI
internal import Journal
internal import Mesh

/// The requests that need the keys.
extension Device {
    /// Carries out a request; nil when the answer comes later.
    mutating func carryOut(
        _ request: ControlRequest, _ line: RequestLine, _ context: inout Context
    ) throws(ControlError) -> JSONValue? {
        switch request.method {
        case .contactList: return listContacts()
        case .contactGet: return json(of: try contact(request.parameters.text("peer")))
        case .contactSet: try setContact(request, &context)
        case .contactBlock: try blockContact(request, &context)
        case .contactRemove: try removeContact(request, &context)
        case .inviteCreate: try createInvite(request, &context)
        case .inviteAccept: try acceptInvite(request, &context)
        case .inviteList: return listInvites(&context)
        case .inviteRevoke: try revokeInvite(request, &context)
        case .callStart: try startCall(request, line: line, &context)
        case .callAnswer: try answerCall(request, line: line, &context)
        case .callDecline: return try declineCall(request, &context)
        case .callEnd: return try endCall(request, &context)
        case .callMute: return try muteCall(request, &context)
        case .callList: return listCalls(request, &context)
        case .callGet: return try getCall(request, &context)
        case .callStats: return try callStats(request, &context)
        case .mediaSources: return try mediaSources(request)
        case .mediaAddSource: try addSource(request, line: line, &context)
        case .netPaths: return try netPaths(request, &context)
        case .netPing: try ping(request, &context)
        case .journalHead: return journal.head.json
        case .daemonStatus, .daemonShutdown, .identityGet, .identityCreate, .identityLock, .identityUnlock,
            .identityExport, .identityImport, .journalVerify, .journalQuery, .journalExport, .eventsSubscribe,
            .eventsNext, .eventsTypes, .rpcDiscover:
            preconditionFailure("\(request.method.rawValue) is the node's to carry out")
        }
        return nil
    }
}
