internal import Basics
internal import Calling
internal import ControlAPI
internal import Journal
internal import Mesh
internal import Paths

/// `call.…`, `media.…` and `net.…`.
extension Device {
    /// The call that a client means: the one it names, or the only one in a fitting state.
    private func call(
        _ request: ControlRequest, where fits: (Call) -> Bool = { _ in true }
    ) throws(ControlError) -> Call {
        guard let text = request.parameters.textIfPresent("call") else {
            let fitting = switchboard.calls.values.filter(fits)
            guard let only = fitting.first else { throw ControlError(.notFound, "there is no such call") }
            guard fitting.count == 1 else {
                throw ControlError(.conflict, "there are \(fitting.count) such calls: say which one")
            }
            return only
        }
        if let id = CallID(text: text), let call = switchboard.calls[id] { return call }
        guard ended(text) == nil else { throw ControlError(.callEnded, subject: text) }
        throw ControlError(.notFound, "there is no such call", subject: text, hint: "parley calls shows them.")
    }

    // MARK: Beginning

    /// Media first: a source that cannot be read makes no half call.
    mutating func startCall(_ request: ControlRequest, line: RequestLine, _ context: inout Context) throws(ControlError)
    {
        let contact = try reachable(request.parameters.text("to"))
        if let ringing = callThatRings(from: contact.peer) {
            return answer(
                ringing, for: request, sources: request.parameters.texts("sources"),
                sinks: request.parameters.texts("sinks"), line: line, &context)
        }
        let id = CallID(using: &context.random)
        let streams = [MediaDescription].streams(of: Self.kinds(request), using: &context.random)
        media[id] = CallMedia(streams, using: &context.random)
        waiting.preparations[id] = .start(peers: [contact.peer], media: streams, request)
        prepare(
            id, streams.kinds, sources: request.parameters.texts("sources"), sinks: request.parameters.texts("sinks"),
            line: line,
            &context)
    }

    /// What the call may carry: sound at least.
    private static func kinds(_ request: ControlRequest?) -> Set<MediaKind> {
        guard let names = request?.parameters.textsIfPresent("media") else { return Set(MediaKind.allCases) }
        return Set(MediaKind.allCases.filter { names.contains($0.name) }).union([.audio])
    }

    /// Who calls somebody whose own call rings here wants to talk: that is the answer to it.
    private func callThatRings(from peer: PeerID) -> Call? {
        switchboard.calls.values.first {
            $0.participants[peer]?.state == .ringingHere && waiting.preparations[$0.id] == nil
        }
    }

    private func reachable(_ text: String) throws(ControlError) -> Contact {
        let contact: Contact
        do throws(ControlError) { contact = try self.contact(text) } catch {
            // A call to no contact: nobody is there (CONTRACT §7).
            throw error.kind == .peerUnknown ? ControlError(.unreachable, error.detail, subject: text) : error
        }
        guard !contact.isBlocked else { throw ControlError(.blocked, subject: contact.name) }
        return contact
    }

    mutating func answerCall(_ request: ControlRequest, line: RequestLine, _ context: inout Context)
        throws(ControlError)
    {
        let call = try call(request) { $0.stateName == "incoming" }
        guard call.stateName == "incoming", waiting.preparations[call.id] == nil else { throw .call(.wrongState) }
        answer(
            call, for: request, sources: request.parameters.texts("sources"),
            sinks: request.parameters.texts("sinks"), line: line, &context)
    }

    /// Answers a call, for somebody or by configuration.
    mutating func answer(
        _ call: Call, for request: ControlRequest?, sources: [String], sinks: [String], line: RequestLine?,
        _ context: inout Context
    ) {
        var media = CallMedia(call.media, using: &context.random)
        media.isAnsweredByPerson = request != nil
        self.media[call.id] = media
        // What was not offered is not accepted.
        let kinds = Self.kinds(request).intersection(call.participants.values.first?.media.kinds ?? [])
        waiting.preparations[call.id] = .answer(request, kinds: kinds)
        prepare(call.id, kinds, sources: sources, sinks: sinks, line: line, &context)
    }

    private mutating func prepare(
        _ id: CallID, _ kinds: Set<MediaKind>, sources: [String], sinks: [String], line: RequestLine?,
        _ context: inout Context
    ) {
        media.update(id) { media in
            for (number, uri) in sources.enumerated() { media.add(source: number, uri, nil, .waiting) }
        }
        context.emit(.media(.prepare(id, kinds: kinds, sources: sources, sinks: sinks, line: line)))
    }

    // MARK: Going on

    mutating func declineCall(_ request: ControlRequest, _ context: inout Context) throws(ControlError) -> JSONValue {
        let call = try call(request) { $0.stateName == "incoming" }
        do throws(Switchboard.Refusal) { try switchboard.decline(call.id, at: context.now) } catch {
            throw .call(error)
        }
        return ["call": .text(call.id)]
    }

    mutating func endCall(_ request: ControlRequest, _ context: inout Context) throws(ControlError) -> JSONValue {
        let call = try call(request)
        do throws(Switchboard.Refusal) { try switchboard.end(call.id, at: context.now) } catch { throw .call(error) }
        return ["call": .text(call.id)]
    }

    mutating func muteCall(_ request: ControlRequest, _ context: inout Context) throws(ControlError) -> JSONValue {
        let call = try call(request)
        let name = request.parameters.textIfPresent("kind") ?? MediaKind.audio.name
        guard let kind = MediaKind.allCases.first(where: { $0.name == name }), call.media.kinds.contains(kind) else {
            throw ControlError(.conflict, "the call carries no \(name)", subject: call.id.description)
        }
        let isMuted =
            request.parameters.flag("toggle")
            ? !call.muted.contains(kind) : request.parameters.boolIfPresent("muted") ?? true
        do throws(Switchboard.Refusal) { try switchboard.mute(call.id, kind, isMuted) } catch { throw .call(error) }
        if media.contains(call.id) { context.emit(.media(.mute(call.id, kind, isMuted))) }
        return ["call": .text(call.id), "muted": .bool(isMuted)]
    }

    func listCalls(_ request: ControlRequest, _ context: inout Context) -> JSONValue {
        guard !request.parameters.flag("ended") else {
            return ["calls": .array((0..<history.count).map { history[$0].json })]
        }
        let calls = switchboard.calls.values.sorted { $0.began < $1.began }
        return ["calls": .array(calls.map { json(of: $0, context.moment) })]
    }

    func getCall(_ request: ControlRequest, _ context: inout Context) throws(ControlError) -> JSONValue {
        let text = request.parameters.text("call")
        if let call = live(text) { return json(of: call, context.moment) }
        let row = text == "last" ? history.isEmpty ? nil : history[history.count - 1] : ended(text)
        guard let row else {
            throw ControlError(.notFound, "there is no such call", subject: text, hint: "parley calls shows them.")
        }
        return row.json
    }

    private func live(_ text: String) -> Call? {
        text == "last"
            ? switchboard.calls.values.max { $0.began < $1.began }
            : CallID(text: text).flatMap { switchboard.calls[$0] }
    }

    /// A call that has ended.
    private func ended(_ text: String) -> EndedCall? {
        for index in (0..<history.count).reversed() where history[index].call == text { return history[index] }
        return nil
    }

    func callStats(_ request: ControlRequest, _ context: inout Context) throws(ControlError) -> JSONValue {
        let withSeries = request.parameters.flag("series")
        if let ended = endedSeries(request.parameters.textIfPresent("call")) {
            return .object(JSONObject(ended.figures + (withSeries ? [("series", ended.series.json)] : [])))
        }
        let call = try call(request)
        let series = withSeries ? [("series", media[call.id]?.series.json ?? .array([]))] : []
        return .object(JSONObject(figures(of: call, at: context.now) + series))
    }

    /// What is remembered of a call that has ended; "last": of the newest, when none goes on.
    private func endedSeries(_ text: String?) -> EndedSeries? {
        guard let text else { return nil }
        if text == "last" { return switchboard.calls.isEmpty && !series.isEmpty ? series[series.count - 1] : nil }
        for index in (0..<series.count).reversed() where series[index].call == text { return series[index] }
        return nil
    }

    // MARK: Media

    func mediaSources(_ request: ControlRequest) throws(ControlError) -> JSONValue {
        let call = try call(request)
        let rows = (media[call.id]?.sources ?? []).map { source in
            JSONValue(members: [
                "source": .string(String(source.number)), "uri": .string(source.uri),
                "kind": source.kind.map { .string($0.name) }, "state": .string(source.state.rawValue),
            ])
        }
        return ["call": .text(call.id), "sources": .array(rows)]
    }

    mutating func addSource(
        _ request: ControlRequest, line: RequestLine, _ context: inout Context
    ) throws(ControlError) {
        let call = try call(request)
        guard let media = media[call.id], media.isReady else { throw .call(.wrongState) }
        let pending = waiting.addedSources.count { $0.call == call.id }
        guard media.hasRoomForSource(beside: pending) else {
            throw ControlError(.busy, "there are \(CallMedia.mostSources) sources in the call")
        }
        waiting.addedSources.append((call.id, request))
        context.emit(.media(.addSource(call.id, request.parameters.text("uri"), line: line)))
    }

    /// A source that was added to a call is open, or cannot be used.
    mutating func sourceAdded(
        _ call: CallID, _ result: Result<AddedSource, MediaFault>, _ context: inout Context
    ) {
        guard let index = waiting.addedSources.firstIndex(where: { $0.call == call }) else { return }
        let request = waiting.addedSources.remove(at: index).request
        switch result {
        case .success(let source):
            let uri = request.parameters.text("uri"), number = JSONValue.string(String(source.number))
            media.update(call) { $0.add(source: source.number, uri, source.kind, .running) }
            context.events.append(
                .call(
                    .mediaSourceAdded, call, nil,
                    ["source": number, "kind": source.kind.map { .string($0.name) }, "uri": .string(uri)]))
            context.answers.append((request, .success(["call": .text(call), "source": number])))
        case .failure(let fault): context.answers.append((request, .failure(.media(fault))))
        }
    }

    // MARK: The network

    func netPaths(_ request: ControlRequest, _ context: inout Context) throws(ControlError) -> JSONValue {
        paths(to: try contact(request.parameters.text("peer")).peer, context.moment)
    }

    /// Measures the round trip to a contact, making a session first when there is none.
    mutating func ping(_ request: ControlRequest, _ context: inout Context) throws(ControlError) {
        let contact = try reachable(request.parameters.text("peer"))
        let count = request.parameters.intIfPresent("count") ?? 1
        let patience = request.parameters.millisecondsIfPresent("timeout_ms") ?? .seconds(5)
        let interval = request.parameters.millisecondsIfPresent("interval_ms") ?? .seconds(1)
        guard waiting.pings.count < PingSeries.most else { throw ControlError(.rateLimited) }
        waiting.pings.append(
            PingSeries(
                request: request, peer: contact.peer, count: count, interval: interval, patience: patience,
                next: context.now, deadline: context.now + Self.attemptDuration))
        if let link = liveLink(to: contact.peer), isFresh(link, at: context.now) { return pingOnce(&context) }
        for device in contact.devices.values {
            let link = link(to: device.noiseStatic, &context)
            link.peer = contact.peer
            _ = begin(link, at: device.addresses, &context)
        }
    }

    /// Sends the next ping of every series that has a session, none on its way, and waited long enough.
    mutating func pingOnce(_ context: inout Context) {
        for index in waiting.pings.indices {
            let series = waiting.pings[index]
            guard series.current == nil, series.next <= context.now, let link = liveLink(to: series.peer) else {
                continue
            }
            guard let id = link.paths.ping(timeout: series.patience, at: context.now, using: &context.random) else {
                waiting.pings[index].next = context.now + .milliseconds(100)
                continue
            }
            waiting.pings[index].current = (id, link.remote)
            waiting.pings[index].deadline = context.now + series.patience + .seconds(1)
        }
    }

    /// A ping came back, or did not.
    mutating func pinged(
        _ ping: PingID, _ answer: (roundTrip: Duration, path: PathID)?, on link: Link, _ context: inout Context
    ) {
        guard
            let index = waiting.pings.firstIndex(where: {
                $0.current?.id == ping && $0.current?.link == link.remote
            })
        else { return }
        if let answer, let kind = link.paths.info(answer.path)?.kind.rawValue {
            waiting.pings[index].answers.append((answer.roundTrip, kind))
        }
        waiting.pings[index].sent += 1
        waiting.pings[index].current = nil
        waiting.pings[index].next = context.now + waiting.pings[index].interval
        waiting.pings[index].deadline = waiting.pings[index].next + Self.attemptDuration
        if waiting.pings[index].sent == waiting.pings[index].count { finishPing(at: index, &context) }
    }

    mutating func finishPing(at index: Int, _ context: inout Context) {
        let series = waiting.pings.remove(at: index)
        guard !series.answers.isEmpty else {
            let complaint = complaint(aboutPathTo: series.peer, context)
            return context.answers.append((series.request, .failure(.unreachable(because: complaint))))
        }
        let results = series.answers.map { answer -> JSONValue in
            ["rtt_ms": .milliseconds(answer.roundTrip), "kind": .string(answer.kind)]
        }
        let answer: JSONValue = [
            "peer": .text(series.peer), "sent": JSONValue(series.sent), "received": JSONValue(results.count),
            "results": .array(results),
        ]
        context.answers.append((series.request, .success(answer)))
    }
}
