import Basics
import NetworkLoop
import Paths
import Platform

/// Knows what the servers of the configuration do, by asking each seldom, and reports changes.
@NetworkActor
final class ServerWatch {
    private enum Wish { case none, check, afterLoss }

    private struct State {
        var told: ICEServerReport?
        var question: ServerQuestion?
        var askedAt: Instant?
        var wish = Wish.none
        /// Whether the question under way was asked since a relay was lost.
        var isAfterLoss = false
    }

    /// Servers count who asks, and a question to TURN costs one of the user's allocations for a moment.
    private static let interval = Duration.seconds(30)
    /// A relay that is lost in a call is to be named before the call is given up.
    private static let intervalAfterLoss = Duration.seconds(5)

    private var states: [ICEServer: State] = [:]
    private let resolve: @NetworkActor (ICEServer) -> [IPAddress]?
    private let report: @NetworkActor (ICEServerReport) -> Void
    private var timer: LoopTimer?

    /// `resolve` tells the addresses of a server, best first: nil when they are still to come, none when there are none.
    init(
        resolve: @escaping @NetworkActor (ICEServer) -> [IPAddress]?,
        report: @escaping @NetworkActor (ICEServerReport) -> Void
    ) {
        self.resolve = resolve
        self.report = report
        timer = LoopTimer { [weak self] in self?.askDue() }
    }

    /// Forgets servers that are not among `servers`.
    func keep(_ servers: [ICEServer]) {
        states = states.filter { servers.contains($0.key) }
        for server in servers where states[server] == nil { states[server] = State() }
    }

    /// Asks those that were never asked.
    func checkNewcomers() {
        for (server, state) in states where state.askedAt == nil { wish(.check, of: server) }
        askDue()
    }

    /// Whether this server was of no use when it was last seen.
    func isFaulty(_ server: ICEServer) -> Bool { states[server]?.told?.fault != nil }

    /// What an agent's gathering showed: servers that gave a candidate do what they are for, the others are asked.
    func learn(useful: Set<ResolvedServer>, useless: [ResolvedServer]) {
        for server in useful where isFaulty(server.server) { tell(ICEServerReport(server: server.server, fault: nil)) }
        for server in useless { wish(.check, of: server.server) }
        askDue()
    }

    /// What this server gave is in use, and works no more or no other can be had there.
    func lost(_ server: ResolvedServer) {
        wish(.afterLoss, of: server.server)
        askDue()
    }

    private func wish(_ wish: Wish, of server: ICEServer) {
        guard var state = states[server] else { return }
        if state.wish != .afterLoss { state.wish = wish }
        states[server] = state
    }

    /// Asks all that are wished for and may be asked; sets the timer for the others. Also when a name was looked up.
    func askDue() {
        let now = MonotonicClock.now
        var next: Instant?
        for (server, state) in states where state.wish != .none && state.question == nil {
            let interval = state.wish == .afterLoss ? Self.intervalAfterLoss : Self.interval
            let due = state.askedAt.map { $0 + interval } ?? now
            if due <= now { ask(server, at: now) } else { next = next.map { min($0, due) } ?? due }
        }
        timer?.set(next)
    }

    private func ask(_ server: ICEServer, at now: Instant) {
        guard var state = states[server], let addresses = resolve(server) else { return }
        state.isAfterLoss = state.wish == .afterLoss
        state.wish = .none
        state.askedAt = now
        guard let address = addresses.first else {
            states[server] = state
            return tell(ICEServerReport(server: server, fault: .unknownName))
        }
        let target = ResolvedServer(server: server, address: SocketAddress(address, port: server.port))
        state.question = ServerQuestion(target) { [weak self] outcome in self?.take(outcome, server) }
        states[server] = state
    }

    private func take(_ outcome: ServerQuestion.Outcome, _ server: ICEServer) {
        guard var state = states[server] else { return }
        state.question = nil
        let isAfterLoss = state.isAfterLoss
        states[server] = state
        switch outcome {
        case .works: tell(ICEServerReport(server: server, fault: nil))
        case .faulty(.silent) where isAfterLoss, .faulty(.refused) where isAfterLoss:
            tell(ICEServerReport(server: server, fault: .lost))
        case .faulty(let fault): tell(ICEServerReport(server: server, fault: fault))
        case .untold: break
        }
        askDue()
    }

    private func tell(_ news: ICEServerReport) {
        guard states[news.server]?.told != news else { return }
        states[news.server]?.told = news
        report(news)
    }
}
