import Basics
import Calling
import ControlAPI
import Mesh
import Testing
import Trust

@testable import NodeEngine

/// What the people of a world do.
extension World {
    /// The call that lives on a node.
    func liveCall(_ index: Int) -> CallID? { machines[index].node.device?.switchboard.calls.keys.first }

    /// Node `invited` becomes a contact of node `inviter` by an invite; false when it did not.
    func acquaint(_ inviter: Int, _ invited: Int) -> Bool {
        guard let code = call(inviter, "invite.create")?["result"]?["code"]?.string else { return false }
        return call(invited, "invite.accept", ["code": .string(code)])?["result"] != nil
    }

    /// Node 0 calls node 1, which answers; whether both are connected.
    func connect() -> Bool {
        let before = [0, 1].map { events($0, "call.connected").count }
        let incoming = events(1, "call.incoming").count
        guard call(0, "call.start", ["to": "bob"])?["result"] != nil else { return false }
        run(.seconds(20)) { self.events(1, "call.incoming").count > incoming }
        guard call(1, "call.answer")?["result"] != nil else { return false }
        run(.seconds(20)) { self.events(0, "call.connected").count > before[0] }
        return [0, 1].allSatisfy { events($0, "call.connected").count == before[$0] + 1 }
    }

    /// Node `index` sends one frame of sound, when it is in a call.
    func speak(_ index: Int, at mediaTime: UInt32 = 0) {
        guard let call = liveCall(index) else { return }
        let frame = [UInt8](repeating: 0x78, count: 80)
        machines[index].node.send(
            audio: frame.rawSpan, mediaTime: mediaTime, due: now, marker: false, in: call, at: moment)
        drain(index)
    }

    /// All speak for `duration`, a frame each `interval`; how many frames each sent.
    func talk(_ duration: Duration, every interval: Duration = .milliseconds(100)) -> Int {
        let end = now + duration
        var count = 0
        while now < end {
            for index in machines.indices { speak(index, at: UInt32(truncatingIfNeeded: count * 960)) }
            count += 1
            run(interval)
        }
        return count
    }

    /// Expects the newest ending on both sides, told to front ends and in the journal alike, and nothing left of it.
    func expectEnding(
        _ first: String, _ second: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        run(.seconds(1))
        for (index, cause) in [first, second].enumerated() {
            #expect(machines[index].toldCauses.last == cause, "node \(index)", sourceLocation: sourceLocation)
            #expect(machines[index].journalledCauses.last == cause, "node \(index)", sourceLocation: sourceLocation)
            #expect(isClosed(index), "node \(index)", sourceLocation: sourceLocation)
        }
    }

    /// Whether no call lives on a node, and no permit is open that calls opened.
    func isClosed(_ index: Int) -> Bool {
        guard let peers = machines[index].node.device?.contacts.contacts.keys else { return false }
        let permits = peers.flatMap { machines[index].node.device?.gate.permits(with: $0) ?? [] }
        return permits.isEmpty && machines[index].node.device?.switchboard.calls.isEmpty == true
    }
}
