public import Basics
public import Mesh

/// All calls of this device, as a machine: requests, messages of peers and the time go in, `CallOutput` comes out.
///
/// After each input, drain `poll` until it is nil; then wait until `deadline`, or the next input. What grants waits for
/// `recorded`; what withdraws happens in the same drain as its cause.
public struct Switchboard: Sendable {
    /// Live calls at most; more are refused.
    public static let capacity = 16

    /// How long things may take.
    public var policy: CallPolicy
    /// The calls that have not ended, by their identifier on this machine.
    public internal(set) var calls = OrderedMap<CallID, Call>()

    private var outputs: [CallOutput] = []
    private var unanswered = OrderedMap<PeerID, [Instant]>()
    private var over: [Over] = []

    /// A call that has ended or was turned away: its offer may come again over a new session.
    private struct Over {
        let wireID: CallID
        let peer: PeerID
        let cause: EndCause
    }
    private static let overCapacity = 32

    /// No calls yet.
    public init(policy: CallPolicy = CallPolicy()) { self.policy = policy }

    /// The next thing to do; nil when there is nothing until an input or `deadline`.
    public mutating func poll() -> CallOutput? { outputs.isEmpty ? nil : outputs.removeFirst() }

    /// When `timeout` has something to do. Asked after every input: allocates nothing.
    public var deadline: Instant {
        var earliest = Instant.distantFuture
        for call in calls.values {
            for participant in call.participants.values {
                earliest = earliest.orEarlier(participant.deadline).orEarlier(participant.muteNewsDue)
            }
        }
        return earliest
    }

    /// The call that `peer` knows by `wireID`.
    public func call(onWire wireID: CallID, with peer: PeerID) -> Call? {
        calls.values.first { $0.wireID == wireID && $0.participants.contains(peer) }
    }

    mutating func emit(_ output: CallOutput) { outputs.append(output) }
}

// MARK: What our own people and programs ask

extension Switchboard {
    /// Why a request was refused.
    public enum Refusal: Error, Equatable, Sendable {
        /// There is no such call.
        case unknownCall
        /// The call is not in a state in which this can be done.
        case wrongState
        /// As many calls are live as there may be.
        case tooManyCalls
        /// There is a call with this peer already.
        case alreadyCalling
    }

    /// Calls `peers`. The offers go out when their journal entry is stored and their session stands.
    public mutating func start(
        _ id: CallID, wireID: CallID, to peers: [PeerID], media: [MediaDescription], at now: Instant
    ) throws(Refusal) {
        precondition(!peers.isEmpty)
        guard calls.count < Self.capacity else { throw .tooManyCalls }
        for call in calls.values where peers.contains(where: { call.participants[$0]?.isEnded == false }) {
            throw .alreadyCalling
        }
        var participants = OrderedMap<PeerID, Participant>()
        for peer in peers {
            participants[peer] = Participant(
                peer: peer, state: .recordingOffer, deadline: now + policy.reachDuration)
        }
        let call = Call(
            id: id, wireID: wireID, direction: .outgoing, media: media, participants: participants, began: now)
        calls[id] = call
        for peer in participants.keys { record(.invite, call, peer) }
    }

    /// Answers a call that rings here, to carry no more than `kinds`. Media flows when the journal entry is stored.
    public mutating func answer(
        _ id: CallID, carrying kinds: Set<MediaKind> = Set(MediaKind.allCases)
    ) throws(Refusal) {
        guard let call = calls[id] else { throw .unknownCall }
        let ringing = call.participants.values.filter { $0.state == .ringingHere }
        guard !ringing.isEmpty else { throw .wrongState }
        calls.update(id) { call in call.media.removeAll { !kinds.contains($0.kind) } }
        for participant in ringing {
            move(id, participant.peer, to: .recordingAnswer)
            record(.join, call, participant.peer)
        }
    }

    /// Declines a call that rings here.
    public mutating func decline(_ id: CallID, at now: Instant) throws(Refusal) {
        guard let call = calls[id] else { throw .unknownCall }
        guard call.participants.values.contains(where: { $0.state == .ringingHere }) else { throw .wrongState }
        try end(id, .declined, at: now)
    }

    /// Leaves a call, whatever its state; at once, and recorded after.
    public mutating func end(_ id: CallID, _ cause: EndCause = .hangup, at now: Instant) throws(Refusal) {
        guard let call = calls[id] else { throw .unknownCall }
        for participant in call.participants.values where !participant.isEnded {
            leave(id, participant, because: cause, at: now)
        }
    }

    /// Leaves every call, because the daemon stops or is locked.
    public mutating func endAll(_ cause: EndCause, at now: Instant) {
        for id in calls.keys { try? end(id, cause, at: now) }
    }

    /// Mutes or unmutes what we send of one kind, for everybody in the call; at once.
    public mutating func mute(_ id: CallID, _ kind: MediaKind, _ isMuted: Bool) throws(Refusal) {
        guard let call = calls[id] else { throw .unknownCall }
        calls.update(id) { if isMuted { $0.muted.insert(kind) } else { $0.muted.remove(kind) } }
        emit(.report(.muted(id, nil, kind, isMuted)))
        broadcast(call, .mute(kind, isMuted))
    }

    /// Our source of one kind has started or ended: the others must not take the silence for loss.
    public mutating func sourceChanged(_ id: CallID, _ kind: MediaKind, isRunning: Bool) {
        guard let call = calls[id] else { return }
        calls.update(id) { if isRunning { $0.running.insert(kind) } else { $0.running.remove(kind) } }
        broadcast(call, .source(kind, isRunning: isRunning))
    }

    private mutating func broadcast(_ call: Call, _ body: CallMessage.Body) {
        for participant in call.participants.values where participant.isConnected {
            emit(.send(CallMessage(call: call.wireID, body), to: participant.peer))
        }
    }

    /// Our part with one participant ends by our own will, or because something of ours failed.
    private mutating func leave(_ id: CallID, _ participant: Participant, because cause: EndCause, at now: Instant) {
        guard let call = calls[id] else { return }
        let ownCause: EndCause
        let message: CallMessage.Body?
        switch participant.state {
        case .connected, .recordingJoin, .crossed, .recordingAnswer: (ownCause, message) = (cause, .end(cause))
        case .recordingOffer, .reaching:
            (ownCause, message) = (cause == .hangup ? .cancelled : cause, nil)
        case .offered, .ringingThere:
            ownCause = cause == .hangup ? .cancelled : cause
            message = .end(ownCause)
        case .ringingHere:
            ownCause = cause == .hangup ? .declined : cause
            message = .reject(ownCause)
        case .ended: return
        }
        if let message { emit(.send(CallMessage(call: call.wireID, message), to: participant.peer)) }
        finish(id, participant.peer, ownCause, at: now)
    }
}

// MARK: What comes from elsewhere

extension Switchboard {
    /// The journal entry that `record` asked for is stored: the act that waited for it happens.
    public mutating func recorded(_ id: CallID, _ peer: PeerID, at now: Instant) {
        guard let call = calls[id], let participant = call.participants[peer] else { return }
        switch participant.state {
        case .recordingOffer:
            move(id, peer, to: .reaching, until: participant.deadline)
            emit(.dialled(id, peer))
            emit(.reach(peer))
        case .crossed:
            emit(.dialled(id, peer))
            move(id, peer, to: .recordingAnswer)
            record(.join, call, peer)
        case .recordingAnswer:
            // What was not offered is not accepted.
            let media = call.media.filter { participant.media.kinds.contains($0.kind) }
            connect(id, peer, saying: .accept(media: media), at: now)
        case .recordingJoin: connect(id, peer, at: now)
        case .reaching, .offered, .ringingThere, .ringingHere, .connected, .ended: break
        }
    }

    /// The journal could not take the entry: the act does not happen.
    public mutating func recordFailed(_ id: CallID, _ peer: PeerID, at now: Instant) {
        guard let participant = calls[id]?.participants[peer] else { return }
        switch participant.state {
        case .recordingOffer, .crossed, .recordingAnswer, .recordingJoin:
            leave(id, participant, because: .journalFailed, at: now)
        case .reaching, .offered, .ringingThere, .ringingHere, .connected, .ended: break
        }
    }

    /// A confirmed session with `peer` stands: waiting offers go out. One that went out on a session before this one
    /// goes out again; who has it already takes no notice of the second.
    public mutating func reached(_ peer: PeerID, at now: Instant) {
        for call in calls.values {
            guard let participant = call.participants[peer] else { continue }
            let until: Instant
            switch participant.state {
            case .reaching: until = now + min(policy.ringDuration, CallPolicy.longestLifetime)
            case .offered: until = participant.deadline ?? now
            case .recordingOffer, .crossed, .ringingThere, .recordingJoin, .ringingHere, .recordingAnswer, .connected,
                .ended:
                continue
            }
            move(call.id, peer, to: .offered, until: until)
            let lifetime = max(until - now, .zero)
            emit(.send(CallMessage(call: call.wireID, .offer(lifetime: lifetime, media: call.media)), to: peer))
        }
    }

    /// The session with `peer` is a new one: what we said in a call that goes on is said again. Who has lost the call says
    /// that it has ended.
    public mutating func sessionRenewed(_ peer: PeerID) {
        for call in calls.values where call.participants[peer]?.isConnected == true {
            for body in MediaKind.allCases.flatMap({ call.state(of: $0) }) {
                emit(.send(CallMessage(call: call.wireID, body), to: peer))
            }
        }
    }

    /// No session with `peer` can be had, or the one there was is gone.
    public mutating func unreachable(_ peer: PeerID, at now: Instant) {
        for call in calls.values {
            guard let participant = call.participants[peer], !participant.isEnded else { continue }
            finish(call.id, peer, Self.cause(ofLosing: participant, in: call), at: now)
        }
    }

    static func cause(ofLosing participant: Participant, in call: Call) -> EndCause {
        switch participant.state {
        case .connected, .recordingJoin: .peerVanished
        case .ringingHere: .missed
        case .crossed, .recordingAnswer: call.direction == .incoming ? .missed : .peerVanished
        case .recordingOffer, .reaching, .offered, .ringingThere, .ended: .unreachable
        }
    }

    /// Gives up what has rung or been tried for too long, and tells what waits to be told. A call that comes too early does
    /// nothing.
    public mutating func timeout(at now: Instant) {
        for call in calls.values {
            for participant in call.participants.values {
                if participant.muteNewsDue.map({ $0 <= now }) == true {
                    tellMutes(of: participant.peer, in: call.id, at: now)
                }
                guard let deadline = participant.deadline, deadline <= now else { continue }
                giveUp(call.id, participant, at: now)
            }
        }
    }

    private mutating func giveUp(_ id: CallID, _ participant: Participant, at now: Instant) {
        switch participant.state {
        case .recordingOffer, .reaching: leave(id, participant, because: .unreachable, at: now)
        case .offered, .ringingThere: leave(id, participant, because: .noAnswer, at: now)
        case .ringingHere: leave(id, participant, because: .missed, at: now)
        case .crossed, .recordingJoin, .recordingAnswer, .connected, .ended: break
        }
    }
}

// MARK: Steps shared by all inputs

extension Switchboard {
    /// Every step says until when the next one is waited for; nil for as long as it takes.
    mutating func move(
        _ id: CallID, _ peer: PeerID, to state: Participant.State, until deadline: Instant? = nil
    ) {
        calls.update(id) { call in
            call.participants.update(peer) { participant in
                participant.state = state
                participant.deadline = deadline
            }
        }
    }

    mutating func record(_ act: CallRecord.Act, _ call: Call, _ peer: PeerID) {
        emit(.record(CallRecord(act: act, call: call.id, wireID: call.wireID, peer: peer)))
    }

    mutating func note(_ act: CallRecord.Act, _ call: Call, _ peer: PeerID) {
        emit(.note(CallRecord(act: act, call: call.id, wireID: call.wireID, peer: peer)))
    }

    /// Media may flow: our receiving side opens before they hear of it (PROTOCOL §3).
    private mutating func connect(
        _ id: CallID, _ peer: PeerID, saying answer: CallMessage.Body? = nil, at now: Instant
    ) {
        move(id, peer, to: .connected(since: now))
        calls.update(id) { $0.connected = $0.connected ?? now }
        guard let call = calls[id] else { return }
        emit(.joined(id, peer))
        let muted = call.muted.sorted().map { CallMessage.Body.mute($0, true) }
        let running = call.running.sorted().map { CallMessage.Body.source($0, isRunning: true) }
        for body in (answer.map { [$0] } ?? []) + muted + running {
            emit(.send(CallMessage(call: call.wireID, body), to: peer))
        }
        emit(.report(.connected(id, peer)))
    }

    /// Ends one participant's part, and the call when it was the last.
    mutating func finish(_ id: CallID, _ peer: PeerID, _ cause: EndCause, at now: Instant) {
        guard let participant = calls[id]?.participants[peer], !participant.isEnded else { return }
        emit(.left(id, peer))
        move(id, peer, to: .ended(cause))
        guard let call = calls[id] else { return }
        if cause == .missed { remember(unansweredOf: peer, at: now) }
        remember(over: call.wireID, peer, cause)
        guard call.isEnded else {
            note(.leave(cause, duration: participant.connected(until: now)), call, peer)
            emit(.report(.participantLeft(id, peer, cause)))
            return
        }
        let summary = CallSummary(call: call, cause: cause, ended: now)
        note(.end(cause, duration: summary.duration), call, peer)
        calls.removeValue(forKey: id)
        emit(.ended(summary))
    }

    mutating func remember(unansweredOf peer: PeerID, at now: Instant) {
        unanswered[peer] = ((unanswered[peer] ?? []) + [now]).suffix(CallPolicy.unansweredPerHour)
    }

    /// Whether `peer` has rung in vain as often as it may within the hour (SECURITY, "Strangers and floods").
    mutating func hasTooManyUnanswered(_ peer: PeerID, at now: Instant) -> Bool {
        let recent = (unanswered[peer] ?? []).filter { now - $0 < .seconds(3600) }
        unanswered[peer] = recent.isEmpty ? nil : recent
        return recent.count >= CallPolicy.unansweredPerHour
    }

    mutating func remember(over wireID: CallID, _ peer: PeerID, _ cause: EndCause) {
        over.append(Over(wireID: wireID, peer: peer, cause: cause))
        if over.count > Self.overCapacity { over.removeFirst() }
    }

    /// Why a call of `peer` that is over was ended; nil when we do not remember it.
    func cause(ofOver wireID: CallID, _ peer: PeerID) -> EndCause? {
        over.last { $0.wireID == wireID && $0.peer == peer }?.cause
    }
}
