public import Basics
internal import Calling
public import ControlAPI
public import Journal
internal import Mesh
internal import Paths

/// The control protocol: clients come, ask and go.
extension Node {
    /// A client has connected: the first line to it.
    public mutating func clientOpened(_ client: ClientNumber, uid: UInt32, at moment: AuditLog.Moment) {
        context.moment = moment
        clients.insert(client)
        context.emit(.send(RPCLine.hello(boot: events.boot, sequence: events.newest, uid: uid), to: client))
    }

    /// A connection was closed without a byte, and why.
    public mutating func clientRefused(_ refusal: ClientRefusal, at moment: AuditLog.Moment) {
        context.moment = moment
        switch refusal {
        case .otherUser(let uid):
            context.drops.count(.foreignClient)
            intruders.count(uid)
            tellIntruders()
            finish()
        case .tooMany: context.drops.count(.tooManyClients)
        }
    }

    /// A client is gone: nothing is told to it any more.
    public mutating func clientClosed(_ client: ClientNumber) {
        clients.remove(client)
        subscriptions[client] = nil
        for waiter in eventWaiters where waiter.request.client == client { underWay.end(waiter.request) }
        eventWaiters.removeAll { $0.request.client == client }
    }

    /// A line came from a client, with so many descriptors; `line` names it, for the descriptors' sake.
    public mutating func handle(
        line bytes: RawSpan, _ line: RequestLine, descriptorCount: Int, from client: ClientNumber,
        at moment: AuditLog.Moment
    ) {
        context.moment = moment
        switch ControlInput(reading: bytes, from: client, descriptorCount: descriptorCount) {
        case .nothing: break
        case .refusal(let answer): context.emit(.send(answer, to: client))
        case .request(let request): handle(request, line)
        }
        finish()
    }

    /// Whether a request still waits for the descriptors of `line`: until then they must stay open.
    public func needsDescriptors(of line: RequestLine) -> Bool { exportLine == line }

    /// The vault has read what a journal request asked for.
    public mutating func diskAnswered(
        _ request: DiskRequest, _ result: Result<JSONValue, ControlError>, at moment: AuditLog.Moment
    ) {
        context.moment = moment
        if let waiting = diskRequests.removeValue(forKey: request) { answer(waiting, result) }
        finish()
    }

    private mutating func handle(_ request: ControlRequest, _ line: RequestLine) {
        guard underWay.begin(request) else {
            let refusal = ControlError(
                .rateLimited, "as many requests of this kind are under way as may be", subject: request.method.rawValue)
            return refuse(request, refusal)
        }
        do throws(ControlError) {
            // What is answered later gives nil.
            if let result = try carryOut(request, line) { answer(request, .success(result)) }
        } catch { answer(request, .failure(error)) }
    }

    /// Answers a request that is under way: each comes here once.
    mutating func answer(_ request: ControlRequest, _ result: Result<JSONValue, ControlError>) {
        underWay.end(request)
        switch result {
        case .success(let value): send(request.answer(value), to: request.client)
        case .failure(let error): refuse(request, error)
        }
    }

    private mutating func refuse(_ request: ControlRequest, _ error: ControlError) {
        send(request.answer(error), to: request.client)
    }

    private mutating func send(_ line: [UInt8]?, to client: ClientNumber) {
        guard let line, clients.contains(client) else { return }
        context.emit(.send(line, to: client))
    }

    // MARK: The methods

    private mutating func carryOut(_ request: ControlRequest, _ line: RequestLine) throws(ControlError) -> JSONValue? {
        switch request.method {
        case .rpcDiscover: return OpenRPC.document
        case .eventsTypes: return EventType.description
        case .eventsSubscribe: return subscribe(request)
        case .eventsNext: return try nextEvents(request)
        case .daemonStatus: return status()
        case .daemonShutdown:
            beginStopping()
            return .object(JSONObject())
        case .identityGet: return try identityAnswer()
        case .identityCreate, .identityImport, .identityUnlock, .identityExport, .identityLock:
            return try carryOutKeys(request, line)
        case .contactList, .contactGet, .contactSet, .contactBlock, .contactRemove, .inviteCreate, .inviteAccept,
            .inviteList, .inviteRevoke, .callStart, .callAnswer, .callDecline, .callEnd, .callMute, .callList, .callGet,
            .callStats, .mediaSources, .mediaAddSource, .netPaths, .netPing, .journalHead, .journalVerify,
            .journalQuery, .journalExport:
            guard case .unlocked = identity, phase.isRunning else { throw refusalWithoutDevice }
            return try carryOutOnDevice(request, line)
        }
    }

    private var refusalWithoutDevice: ControlError {
        guard phase.isRunning else { return ControlError(.notReady) }
        return identity == .none ? .noIdentity : ControlError(.locked)
    }

    private mutating func carryOutOnDevice(
        _ request: ControlRequest, _ line: RequestLine
    ) throws(ControlError) -> JSONValue? {
        switch request.method {
        case .journalVerify, .journalQuery, .journalExport:
            return try askDisk(request, line)
        default: break
        }
        return try device?.carryOut(request, line, &context)
    }

    private mutating func askDisk(_ request: ControlRequest, _ line: RequestLine) throws(ControlError) -> JSONValue? {
        let name = DiskRequest(number: nextDiskRequest)
        nextDiskRequest += 1
        guard let command = try device?.diskCommand(request, line) else { return nil }
        diskRequests[name] = request
        guard case .export(let query, let file) = command else {
            context.emit(.read(command, name))
            return nil
        }
        exportLine = line
        device?.export(query, to: file, name, &context)
        return nil
    }

    private func identityAnswer() throws(ControlError) -> JSONValue {
        switch identity {
        case .none: throw .noIdentity
        case .locked(let known, let isProtected), .unlocked(let known, let isProtected):
            var isLocked = false
            if case .locked = identity { isLocked = true }
            return [
                "peer": .text(known.peer), "name": .string(known.name), "locked": .bool(isLocked),
                "protected": .bool(isProtected),
            ]
        }
    }

    private mutating func carryOutKeys(_ request: ControlRequest, _ line: RequestLine) throws(ControlError)
        -> JSONValue?
    {
        guard phase.isRunning else { throw ControlError(.notReady) }
        switch request.method {
        case .identityCreate:
            guard identity == .none else { throw .identityExists }
            let passphrase = request.descriptor("passphraseFd", of: line)
            try requireProtection(request, passphrase)
            let name = String(request.parameters.text("name").prefix(ofUTF8: Identity.longestName))
            context.emit(.keys(.create(name: name, passphrase: passphrase, keyRequest(request))))
        case .identityImport:
            guard identity == .none else { throw .identityExists }
            let newPassphrase = request.descriptor("newPassphraseFd", of: line)
            try requireProtection(request, newPassphrase)
            guard let file = request.descriptor("fd", of: line),
                let passphrase = request.descriptor("passphraseFd", of: line)
            else { return nil }
            context.emit(
                .keys(.restore(from: file, passphrase: passphrase, newPassphrase: newPassphrase, keyRequest(request))))
        case .identityUnlock:
            if case .unlocked = identity { return try identityAnswer() }
            guard identity != .none else { throw .noIdentity }
            let passphrase = request.descriptor("passphraseFd", of: line)
            context.emit(.keys(.unlock(passphrase: passphrase, keyRequest(request))))
        case .identityExport:
            guard case .unlocked = identity, device != nil else { throw refusalWithoutDevice }
            guard let file = request.descriptor("fd", of: line),
                let passphrase = request.descriptor("passphraseFd", of: line)
            else { return nil }
            let name = keyRequest(request)
            exportLine = line
            device?.export(passphrase: passphrase, to: file, name, for: request, &context)
        default:
            guard identity != .none else { throw .noIdentity }
            beginLocking(for: request)
        }
        return nil
    }

    /// Keys without a passphrase only when somebody asks for exactly that.
    private func requireProtection(
        _ request: ControlRequest, _ passphrase: DescriptorOfLine?
    ) throws(ControlError) {
        guard passphrase == nil, !request.parameters.flag("unprotected") else { return }
        throw ControlError(
            .invalidParams, "a passphrase is needed, or the word that none is wanted",
            hint: "Give a passphrase, or \"unprotected\": true (--no-passphrase).")
    }

    // MARK: Status

    private var deviceStatus: [(String, JSONValue)]? {
        switch device {
        case .some(let device): device.status(context)
        case .none: nil
        }
    }

    private func status() -> JSONValue {
        let state =
            switch (phase, identity) {
            case (.stopping, _), (.stopped, _): "stopping"
            case (_, .none): "empty"
            case (.locking, _), (_, .locked): "locked"
            case (.running, .unlocked): "ready"
            }
        var fields: [(String, JSONValue)] = [
            ("state", .string(state)), ("version", .string(Self.version)), ("pid", JSONValue(surroundings.processID)),
            ("boot", .string(events.boot)), ("uptime_s", JSONValue(Int((context.now - started).inSeconds))),
            ("home", .string(surroundings.home)), ("listen", .array(listening.map { .text($0) })),
            ("clients", JSONValue(clients.count)), ("ice_policy", .string(configuration.icePolicy.rawValue)),
            ("servers", .array(context.servers.entries.map(\.json))),
        ]
        fields +=
            deviceStatus ?? [
                ("calls", 0), ("sessions", 0), ("journal", ["size": 0, "signed": 0]),
                ("drops", .object(JSONObject(context.drops.named))),
            ]
        return .object(JSONObject(fields))
    }
}

extension ICEServerBook.Entry {
    /// For `daemon.status`: never a credential.
    fileprivate var json: JSONValue {
        let (word, fault): (String, ICEServerReport.Fault?) =
            switch state {
            case .untried: ("untried", nil)
            case .working: ("working", nil)
            case .faulty(let fault): ("faulty", fault)
            }
        return JSONValue(members: [
            "url": .string(server.description), "state": .string(word), "fault": fault.map { .string($0.description) },
        ])
    }
}

extension ControlRequest {
    /// The descriptor that a parameter names; nil when it is not there.
    func descriptor(_ name: String, of line: RequestLine) -> DescriptorOfLine? {
        parameters.intIfPresent(name).map { DescriptorOfLine(line: line, index: $0) }
    }
}

/// Why a connection to the control socket is closed at once.
public enum ClientRefusal: Hashable, Sendable {
    /// It is of another user.
    case otherUser(uid: UInt32)
    /// There are as many as there may be.
    case tooMany
}
