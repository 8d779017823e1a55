internal import Basics
internal import Calling
internal import ControlAPI
internal import Mesh

/// What the switchboard reports and the media engine tells.
extension Device {
    /// The media engine has something to say.
    mutating func handle(_ news: MediaNews, _ context: inout Context) {
        switch news {
        case .prepared(let call): mediaPrepared(call, &context)
        case .refused(let call, let fault): mediaRefused(call, fault, &context)
        case .started(let call, let peer): mediaStarted(call, peer, &context)
        case .sourceRunning(let call): sourceChanged(call, isRunning: true)
        case .sourceEnded(let call, let source, let fault): sourceEnded(call, source, fault, &context)
        case .sourcesSilent(let call): sourceChanged(call, isRunning: false)
        case .sinkFailed(let call, let sink, let reason): sinkFailed(call, sink, reason, &context)
        case .sourceAdded(let call, let result): sourceAdded(call, result, &context)
        case .stopped(let call, let report): mediaStopped(call, report, &context)
        }
    }

    private mutating func sourceEnded(_ call: CallID, _ source: Int, _ fault: MediaFault?, _ context: inout Context) {
        media.update(call) { $0.end(source: source) }
        let name = JSONValue.string(String(source))
        if let fault {
            context.log(.warning, "a source was given up: \(fault.reason)")
            context.events.append(
                .call(
                    .mediaSourceFailed, call, nil,
                    [
                        "source": name, "kind": "audio", "reason": .string(String(fault.reason.prefix(ofUTF8: 256))),
                        "fault": .string(fault.cause.rawValue),
                    ]))
        } else {
            context.events.append(.call(.mediaSourceEnded, call, nil, ["source": name, "kind": "audio"]))
        }
    }

    private mutating func sinkFailed(_ call: CallID, _ sink: Int, _ reason: String, _ context: inout Context) {
        context.log(.warning, "a sink was given up: \(reason)")
        context.events.append(
            .call(
                .mediaSinkFailed, call, nil,
                [
                    "sink": .string(String(sink)), "kind": "audio",
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
            guard kind == .audio, media.contains(call) else { return }
            context.emit(.media(.sourceOf(call, peer, isRunning: isRunning)))
        case .ringing(_, let peer), .participantLeft(_, let peer, _), .turnedAway(let peer, _):
            announce(event, peer, &context)
        case .muted(_, let peer, _, _): announce(event, peer ?? identity.peer, &context)
        }
    }

    private func announce(_ event: CallEvent, _ peer: PeerID, _ context: inout Context) {
        guard let told = NodeEvent(event, level: level(of: peer), name: name(of: peer)) else { return }
        context.events.append(told)
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
