import Basics
import Calling

/// Walks through every order in which the lanes of a network can move, and looks at each way that it can end.
struct Explorer {
    private var seen: Set<String> = []
    /// How many different ends there were.
    private(set) var endCount = 0

    /// Lets `look` see every state in which nothing waits any more.
    mutating func explore(_ network: CallNetwork, _ look: (CallNetwork) -> Void) {
        guard seen.insert(Self.key(of: network)).inserted else { return }
        let lanes = network.busyLanes
        guard !lanes.isEmpty else {
            endCount += 1
            return look(network)
        }
        for (party, lane) in lanes {
            var next = network
            next.advance(party, lane)
            explore(next, look)
        }
    }

    /// All that the future depends on. Identifiers that chance made are left out.
    private static func key(of network: CallNetwork) -> String {
        network.parties.map { party in
            let calls = party.board.calls.values.map { call in
                "\(call.wireID) \(call.participants.values.map { "\($0.state)" })"
            }
            let lanes = party.lanes.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
                .map { "\($0.key): \($0.value.map { Self.text($0.step) })" }
            let history = party.history
            return "\(calls) \(lanes) \(history.joined.count) \(party.causes) \(history.violations)"
        }.joined(separator: " | ")
    }

    private static func text(_ step: CallNetwork.Step) -> String {
        switch step {
        case .recorded(let record): "recorded \(record.act) \(record.wireID)"
        case .recordFailed(let record): "recordFailed \(record.act) \(record.wireID)"
        case .message(let message, let from): "\(from): \(message)"
        case .start, .answer, .decline, .hangUp, .mute, .reached, .unreachable: "\(step)"
        }
    }
}
