internal import Basics
internal import Calling
internal import ControlAPI
internal import Mesh

/// What the switchboard reports and the media engine tells.
extension Device {
    /// The media engine has something to say.
    mutating func handle(_ news: MediaNews, _ context: inout Context) {
        switch news {
        case .prepared(let call, let kinds): mediaPrepared(call, kinds, &context)
        case .refused(let call, let fault): mediaRefused(call, fault, &context)
        case .started(let call, let peer): mediaStarted(call, peer, &context)
        case .pictureShown(let call, let peer): pictureShown(call, peer, &context)
        case .sourceTold(let call, let source, let kind):
            media.update(call) { $0.note(source: source, gives: kind) }
        case .sourceRunning(let call, let kind): sourceChanged(call, kind, isRunning: true, &context)
        case .sourceEnded(let call, let source, let fault): sourceEnded(call, source, fault, &context)
        case .sourcesSilent(let call, let kind): sourceChanged(call, kind, isRunning: false, &context)
        case .sinkFailed(let call, let sink, let kind, let reason): sinkFailed(call, sink, kind, reason, &context)
        case .sourceAdded(let call, let result): sourceAdded(call, result, &context)
        case .measured(let call, let report): measured(call, report, &context)
        case .stopped(let call, let report): mediaStopped(call, report, &context)
        }
    }

    private mutating func sourceEnded(_ call: CallID, _ source: Int, _ fault: MediaFault?, _ context: inout Context) {
        let kind = media.update(call) { $0.end(source: source) } ?? nil
        let what: KeyValuePairs<String, JSONValue?> = [
            "source": .string(String(source)), "kind": kind.map { .string($0.name) },
            "reason": fault.map { .string(String($0.reason.prefix(ofUTF8: 256))) },
            "fault": fault.map { .string($0.cause.rawValue) },
        ]
        if let fault { context.log(.warning, "a source was given up: \(fault.reason)") }
        context.events.append(.call(fault == nil ? .mediaSourceEnded : .mediaSourceFailed, call, nil, what))
    }

    private mutating func sinkFailed(
        _ call: CallID, _ sink: Int, _ kind: MediaKind, _ reason: String, _ context: inout Context
    ) {
        context.log(.warning, "a sink was given up: \(reason)")
        context.events.append(
            .call(
                .mediaSinkFailed, call, nil,
                [
                    "sink": .string(String(sink)), "kind": .string(kind.name),
                    "reason": .string(String(reason.prefix(ofUTF8: 256))),
                ]))
    }

    /// The switchboard has something to tell: front ends hear it, and what waits for it goes on.
    mutating func tell(_ event: CallEvent, _ context: inout Context) {
        switch event {
        case .incoming(let call, let peer):
            announce(event, peer, &context)
            answerByConfiguration(call, &context)
        case .connected(let call, let peer):
            announce(event, peer, &context)
            if let request = waiting.answers.removeValue(forKey: call) {
                context.answers.append((request, .success(["call": .text(call)])))
            }
        case .source(let call, let peer, let kind, let isRunning):
            guard media.contains(call) else { return }
            tellSource(of: peer, kind, in: call, isRunning: isRunning, &context)
        case .ringing(_, let peer), .participantLeft(_, let peer, _), .turnedAway(let peer, _):
            announce(event, peer, &context)
        case .muted(let call, let peer, let kind, _):
            if let peer, kind == .video { tellSource(of: peer, kind, in: call, isRunning: true, &context) }
            announce(event, peer ?? identity.peer, &context)
        }
    }

    /// Whether more of a participant's media is to come: a picture that is muted pauses, and so does not freeze. Sound that
    /// is muted goes on as silence.
    private func tellSource(
        of peer: PeerID, _ kind: MediaKind, in call: CallID, isRunning: Bool, _ context: inout Context
    ) {
        guard media.contains(call), let participant = switchboard.calls[call]?.participants[peer] else { return }
        let isPaused = kind == .video && participant.muted.contains(.video)
        let isSending = isRunning && participant.running.contains(kind) && !isPaused
        context.emit(.media(.sourceOf(call, peer, kind, isRunning: isSending)))
    }

    private func announce(_ event: CallEvent, _ peer: PeerID, _ context: inout Context) {
        let names = (level: level(of: peer), name: name(of: peer))
        guard let told = NodeEvent(event, level: names.level, name: names.name, media: mediaNames(of: event)) else {
            return
        }
        context.events.append(told)
    }

    /// What a call that rings here may carry.
    private func mediaNames(of event: CallEvent) -> JSONValue {
        guard case .incoming(let call, let peer) = event, let call = switchboard.calls[call] else { return .array([]) }
        return .array(call.kinds(with: peer).sorted().map { .string($0.name) })
    }

    /// `call.autoAnswer`: contacts are answered without a person, with the sources and sinks of the configuration.
    private mutating func answerByConfiguration(_ id: CallID, _ context: inout Context) {
        guard settings.autoAnswer == .contacts, waiting.preparations[id] == nil, let call = switchboard.calls[id] else {
            return
        }
        answer(
            call, for: nil, sources: settings.autoAnswerSources, sinks: settings.autoAnswerSinks, line: nil, &context)
    }
}
