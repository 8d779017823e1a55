import Basics
import Calling
import Mesh

/// What one switchboard has said, held to the rules that no call may break.
struct CallHistory {
    /// One person's part in one call.
    struct Part: Hashable {
        let call: CallID
        let peer: PeerID
    }

    private(set) var events: [CallEvent] = []
    private(set) var notes: [CallRecord] = []
    private(set) var sent: [CallMessage] = []
    private(set) var stored: [CallRecord] = []
    private(set) var ended: [CallID: CallSummary] = [:]
    private(set) var joined: Set<Part> = []
    private(set) var begun: Set<CallID> = []
    /// How often media began to flow.
    private(set) var joinCount = 0
    /// What broke a rule, in words.
    private(set) var violations: [String] = []

    mutating func began(_ call: CallID) { begun.insert(call) }
    mutating func stored(_ record: CallRecord) { stored.append(record) }

    mutating func said(_ output: CallOutput) {
        switch output {
        case .reach, .record: break
        case .send(let message, let peer): said(message, to: peer)
        case .note(let record):
            notes.append(record)
            if record.act == .ring { begun.insert(record.call) }
        case .dialled(let call, let peer): require(.invite, Part(call: call, peer: peer), before: "dialling")
        case .joined(let call, let peer): join(Part(call: call, peer: peer))
        case .left(let call, let peer): joined.remove(Part(call: call, peer: peer))
        case .report(let event): events.append(event)
        case .ended(let summary): end(summary)
        }
    }

    private mutating func said(_ message: CallMessage, to peer: PeerID) {
        sent.append(message)
        let act: CallRecord.Act
        switch message.body {
        case .offer: act = .invite
        case .accept: act = .join
        case .ringing, .reject, .end, .mute, .source: return
        }
        let isStored = stored.contains { $0.wireID == message.call && $0.peer == peer && $0.act == act }
        if !isStored { violations.append("\(message.body) before its journal entry") }
    }

    private mutating func join(_ part: Part) {
        require(.join, part, before: "media")
        if ended[part.call] != nil { violations.append("media after the end") }
        if !joined.insert(part).inserted { violations.append("media begins twice") }
        joinCount += 1
    }

    private mutating func require(_ act: CallRecord.Act, _ part: Part, before what: String) {
        if !stored.contains(where: { $0.call == part.call && $0.peer == part.peer && $0.act == act }) {
            violations.append("\(what) before its journal entry")
        }
    }

    private mutating func end(_ summary: CallSummary) {
        let call = summary.call.id
        if !begun.contains(call) { violations.append("an end without a beginning") }
        if joined.contains(where: { $0.call == call }) { violations.append("media outlives its call") }
        if ended.updateValue(summary, forKey: call) != nil { violations.append("a call ends twice") }
        if !summary.call.isEnded { violations.append("somebody is still in an ended call") }
    }
}
