import Basics
import Calling
import Mesh
import TestSupport

/// Several switchboards, and the ordered lanes on which things reach each: its people's wishes, its journal, its
/// sessions, and the messages of each other party. A clock, a test, or chance says which lane moves next.
struct CallNetwork {
    /// Something that reaches a switchboard.
    enum Step {
        case start(CallID, wire: CallID, to: [Int])
        case answer, decline, hangUp
        case mute(MediaKind, Bool)
        case recorded(CallRecord)
        case recordFailed(CallRecord)
        case reached(Int)
        case unreachable(Int)
        case message(CallMessage, from: Int)
    }

    /// One ordered way to a switchboard.
    enum Lane: Hashable, Comparable {
        case person, journal, session
        case wire(from: Int)
    }

    /// One switchboard and what waits for it.
    struct Party {
        let peer: PeerID
        var board = Switchboard()
        var history = CallHistory()
        var lanes: [Lane: [(due: Instant, step: Step)]] = [:]
        var random: SplitMix
        /// Whether an answer follows each ring at once.
        var answers = false
        /// Which entries the journal takes.
        var journalTakes: @Sendable (CallRecord.Act) -> Bool = { _ in true }

        /// The identifier and state of every participant of every live call.
        var states: [Participant.State] { board.calls.values.flatMap { $0.participants.values.map(\.state) } }
        /// Why each call ended, oldest call first.
        var causes: [EndCause] { history.ended.values.sorted { $0.ended < $1.ended }.map(\.cause) }
    }

    var parties: [Party]
    var now = Instant.zero
    /// How long each lane takes.
    var wireDelay: Duration = .milliseconds(20)
    var journalDelay: Duration = .milliseconds(2)
    var reachDelay: Duration = .milliseconds(30)
    /// Who cannot be reached.
    var offline: Set<Int> = []

    static let media = [MediaDescription.audio(ssrc: 7)]

    init(parties count: Int = 2, seed: UInt64 = 1) {
        parties = (0..<count).map { Party(peer: Self.peer($0), random: SplitMix(seed: seed &* 31 &+ UInt64($0))) }
    }

    static func peer(_ index: Int) -> PeerID {
        PeerID(key: Bytes32([UInt8](repeating: UInt8(index + 1), count: 32)) ?? .zero)
    }

    static func id(_ number: UInt8) -> CallID { CallID([UInt8](repeating: 0, count: 15) + [number])! }

    private func index(of peer: PeerID) -> Int { parties.firstIndex { $0.peer == peer }! }

    // MARK: Lanes

    /// Puts a step on a lane of `party`.
    mutating func put(_ step: Step, on lane: Lane, of party: Int, after delay: Duration = .zero) {
        let last = parties[party].lanes[lane]?.last?.due ?? now
        parties[party].lanes[lane, default: []].append((max(now + delay, last), step))
    }

    /// The lanes on which something waits, in a fixed order.
    var busyLanes: [(party: Int, lane: Lane)] {
        parties.indices.flatMap { party in
            parties[party].lanes.filter { !$0.value.isEmpty }.keys.sorted().map { (party, $0) }
        }
    }

    /// Lets the first thing on a lane through.
    mutating func advance(_ party: Int, _ lane: Lane) {
        guard let step = parties[party].lanes[lane]?.removeFirst().step else { return }
        handle(step, party)
        drain(party)
    }

    // MARK: Time

    /// Runs all that is due until `duration` has passed, deadlines included.
    mutating func run(for duration: Duration) {
        let end = now + duration
        while let next = nextMoment, next <= end {
            now = max(now, next)
            if let (party, lane) = dueLane { advance(party, lane) } else { timeouts() }
        }
        now = end
    }

    private var nextMoment: Instant? {
        let lanes = busyLanes.compactMap { parties[$0.party].lanes[$0.lane]?.first?.due }
        return (lanes + parties.map(\.board.deadline)).min()
    }

    private var dueLane: (Int, Lane)? {
        busyLanes.filter { parties[$0.party].lanes[$0.lane]![0].due <= now }
            .min { parties[$0.party].lanes[$0.lane]![0].due < parties[$1.party].lanes[$1.lane]![0].due }
    }

    /// Gives every switchboard the time.
    mutating func timeouts() {
        for party in parties.indices {
            parties[party].board.timeout(at: now)
            drain(party)
        }
    }

    // MARK: Inputs

    private mutating func handle(_ step: Step, _ party: Int) {
        let live = parties[party].board.calls.keys.last
        switch step {
        case .start(let id, let wire, let others):
            let peers = others.map(Self.peer)
            guard (try? parties[party].board.start(id, wireID: wire, to: peers, media: Self.media, at: now)) != nil
            else { return }
            parties[party].history.began(id)
        case .answer: if let live { try? parties[party].board.answer(live) }
        case .decline: if let live { try? parties[party].board.decline(live, at: now) }
        case .hangUp: if let live { try? parties[party].board.end(live, at: now) }
        case .mute(let kind, let isMuted): if let live { try? parties[party].board.mute(live, kind, isMuted) }
        case .recorded(let record):
            parties[party].history.stored(record)
            parties[party].board.recorded(record.call, record.peer, at: now)
        case .recordFailed(let record): parties[party].board.recordFailed(record.call, record.peer, at: now)
        case .reached(let other): parties[party].board.reached(Self.peer(other), at: now)
        case .unreachable(let other): parties[party].board.unreachable(Self.peer(other), at: now)
        case .message(let message, let other):
            let fresh = CallID(using: &parties[party].random)
            parties[party].board.received(
                message, from: Self.peer(other), fresh: fresh, media: Self.media, at: now)
        }
    }

    // MARK: Outputs

    private mutating func drain(_ party: Int) {
        while let output = parties[party].board.poll() {
            parties[party].history.said(output)
            switch output {
            case .reach(let peer):
                let other = index(of: peer)
                let step: Step = offline.contains(other) ? .unreachable(other) : .reached(other)
                put(step, on: .session, of: party, after: reachDelay)
            case .send(let message, let peer):
                let other = index(of: peer)
                if !offline.contains(other), let read = CallMessage(message.fields) {
                    put(.message(read, from: party), on: .wire(from: party), of: other, after: wireDelay)
                }
            case .record(let record):
                let step: Step = parties[party].journalTakes(record.act) ? .recorded(record) : .recordFailed(record)
                put(step, on: .journal, of: party, after: journalDelay)
            case .report(.incoming): if parties[party].answers { put(.answer, on: .person, of: party) }
            case .note, .dialled, .joined, .left, .report, .ended: break
            }
        }
    }
}
