import Basics
import CodecDriver
import Glibc
import Journal
import MediaURIs
import Mesh
import MediaFiles
import NetworkLoop
import NodeEngine
import Platform

/// The audio of all calls: carries out the node's media commands with one `AudioSession` a call, and hands packets
/// between the sessions' rings and the node.
@NetworkActor
final class MediaEngine {
    /// One call's media.
    private struct Entry {
        let session: AudioSession
        var participants: [PeerID: AudioParticipant] = [:]
        var isStarted = false
        var isStopping = false
        /// What was counted of those who have left.
        var departed = MediaReport()
    }

    private var entries: [CallID: Entry] = [:]
    private let descriptors: DescriptorStore
    private let wake: Wake

    /// `woken` runs on the network thread when some session has frames or events.
    init(descriptors: DescriptorStore, woken: @escaping @NetworkActor () -> Void) {
        self.descriptors = descriptors
        wake = Wake(woken)
    }

    // MARK: Commands

    /// Carries out a command; what there is to say at once is answered.
    func carryOut(_ command: MediaCommand) -> [MediaNews] {
        switch command {
        case .prepare(let call, let sources, let sinks, let line): return [prepare(call, sources, sinks, line)]
        case .join(let call, let peer, let fileName): return join(call, peer, fileName)
        case .leave(let call, let peer):
            guard let participant = entries[call]?.participants.removeValue(forKey: peer) else { return [] }
            entries[call]?.departed.add(participant.reception)
            entries[call]?.session.remove(participant)
        case .mute(let call, let isMuted): entries[call]?.session.setMuted(isMuted)
        case .expectLoss(let call, let percent): entries[call]?.session.setExpectedLoss(percent: percent)
        case .sourceOf(let call, let peer, let isRunning): entries[call]?.participants[peer]?.setSending(isRunning)
        case .addSource(let call, let uri, let line): return [addSource(call, uri, line)]
        case .stop(let call): return stop(call)
        }
        return []
    }

    private func prepare(_ call: CallID, _ sources: [String], _ sinks: [String], _ line: RequestLine?) -> MediaNews {
        do {
            let sources = try sources.map { try named($0) { try openSource($0, line) } }
            let sinks = try (sinks.isEmpty ? ["null:"] : sinks).map { try named($0) { try openSink($0, line) } }
            let wake = wake
            entries[call] = Entry(session: try AudioSession(sources: sources, sinks: sinks) { wake.signal() })
            return .prepared(call)
        } catch { return .refused(call, Self.fault(error)) }
    }

    /// Opens what `text` names; what is wrong with it is said with its name, since there may be several.
    private func named<Opened>(_ text: String, _ open: (String) throws -> Opened) throws -> Opened {
        do { return try open(text) } catch {
            let name = text.prefix { $0 != "?" }
            let fault = Self.fault(error)
            throw MediaFault(fault.cause, fault.reason, about: String(name))
        }
    }

    private func openSource(_ text: String, _ line: RequestLine?) throws -> AudioSource {
        let uri = try SourceURI(text)
        guard uri.needsDescriptor else { return try AudioSource.open(uri, nil) }
        var file: (path: String, flags: Int32)?
        if case .file(let path) = uri.kind { file = (path, O_RDONLY | O_CLOEXEC) }
        let descriptor = try descriptors.descriptor(uri.descriptorIndex, of: line, orOpening: file)
        return try AudioSource.open(uri, descriptor)
    }

    private func openSink(_ text: String, _ line: RequestLine?) throws -> AudioSink {
        let uri = try SinkURI(text)
        guard uri.needsDescriptor else { return try AudioSink.open(uri, nil) }
        let file: (path: String, flags: Int32)? =
            switch uri.kind {
            case .file(let path): (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC)
            case .directory(let path): (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            case .pipe, .null: nil
            }
        let descriptor = try descriptors.descriptor(uri.descriptorIndex, of: line, orOpening: file)
        return try AudioSink.open(uri, descriptor)
    }

    private func join(_ call: CallID, _ peer: PeerID, _ fileName: String) -> [MediaNews] {
        guard let session = entries[call]?.session else { return [] }
        entries[call]?.participants[peer] = session.addParticipant(fileName: fileName)
        guard entries[call]?.isStarted == false else { return [] }
        entries[call]?.isStarted = true
        session.start()
        return []
    }

    private func addSource(_ call: CallID, _ uri: String, _ line: RequestLine?) -> MediaNews {
        guard let session = entries[call]?.session else {
            return .sourceAdded(call, .failure(MediaFault(.data, "the call has no media")))
        }
        do {
            let source = try named(uri) { try openSource($0, line) }
            return .sourceAdded(call, .success(session.add(source)))
        } catch { return .sourceAdded(call, .failure(Self.fault(error))) }
    }

    private func stop(_ call: CallID) -> [MediaNews] {
        guard let entry = entries[call], !entry.isStopping else { return [] }
        entries[call]?.isStopping = true
        entry.session.stop()
        return []
    }

    private static func fault(_ error: any Error) -> MediaFault {
        switch error {
        case let fault as MediaFault: fault
        case let error as MediaURIError: MediaFault(.data, error.reason)
        case let error as MediaFileError: MediaFault(error)
        case let error as SystemError: MediaFault(error.isExhausted ? .exhausted : .system, "\(error)")
        default: MediaFault(.system, "\(error)")
        }
    }

    // MARK: Frames and events

    /// A packet of a participant, opened by the node, goes to where it is played.
    func play(_ media: ReceivedMedia, _ payload: RawSpan, at arrival: Instant) {
        guard let participant = entries[media.call]?.participants[media.peer] else { return }
        _ = participant.receive(
            ssrc: media.ssrc, sequence: media.sequence, timestamp: media.timestamp, payload: payload, at: arrival)
    }

    /// Gives every frame that waits to be sent to `node`.
    func sendFrames(through node: inout Node, at moment: AuditLog.Moment) {
        for (call, entry) in entries { Self.sendFrames(of: entry.session, in: call, through: &node, at: moment) }
    }

    /// Not isolated: the closure of an isolated function checks at each call where it runs, which costs as much as
    /// sealing a frame.
    private nonisolated static func sendFrames(
        of session: AudioSession, in call: CallID, through node: inout Node, at moment: AuditLog.Moment
    ) {
        while session.nextOutgoing({ frame, payload in
            node.send(audio: payload, mediaTime: frame.mediaTime, marker: frame.marker, in: call, at: moment)
        }) {}
    }

    /// What the sessions have to say.
    func drainNews() -> [MediaNews] {
        var news: [MediaNews] = []
        let current = entries  // telling of an end changes the table
        for (call, entry) in current {
            while let event = entry.session.nextEvent() { news += tell(event, call, entry) }
        }
        return news
    }

    private func tell(_ event: AudioEvent, _ call: CallID, _ entry: Entry) -> [MediaNews] {
        switch event {
        case .mediaStarted(let id):
            return entry.participants.first { $0.value.id == id }.map { [.started(call, $0.key)] } ?? []
        case .sendingStarted: return [.sourceRunning(call)]
        case .sendingStopped: return [.sourcesSilent(call)]
        case .sourceEnded(let source, let error):
            return [.sourceEnded(call, source: source, fault: error.map { MediaFault($0) })]
        case .sinkFailed(let sink, let reason): return [.sinkFailed(call, sink: sink, reason: reason)]
        case .finished:
            let report = report(of: entry)
            entries[call] = nil
            return [.stopped(call, report)]
        }
    }

    // MARK: Figures

    /// The figures of every call, now.
    func reports() -> [(CallID, MediaReport)] { entries.map { ($0.key, report(of: $0.value)) } }

    private func report(of entry: Entry) -> MediaReport {
        var report = entry.departed
        let sent = entry.session.transmission
        report.framesSent = sent.frames
        report.payloadByteCount = sent.payloadBytes
        for participant in entry.participants.values { report.add(participant.reception) }
        return report
    }
}

extension MediaFault {
    /// What a source or sink said.
    fileprivate init(_ error: MediaFileError) {
        switch error.fault {
        case .data: self.init(.data, error.reason)
        case .system: self.init(.system, error.reason)
        }
    }
}

extension MediaReport {
    /// Adds what one participant's reception counted.
    fileprivate mutating func add(_ reception: AudioReception) {
        framesDecoded += reception.decoded
        framesRecovered += reception.recovered
        framesLate += reception.late
        concealed += reception.concealed
        delay = reception.delay
        level = reception.level >= 127 ? nil : -Double(reception.level)
    }
}
