internal import ControlAPI

/// Requests that are answered later, counted so that no client, nor all together, keeps the daemon busier than it should.
struct RequestsUnderWay {
    /// What a request costs while it is under way.
    enum Load: Int, CaseIterable {
        /// A little memory.
        case light
        /// A place in the queue of a thread: reading the journal.
        case disk
        /// The key of a passphrase (64 MiB, a second), and a thread while whoever types it takes his time.
        case keys
        /// A thread: whoever reads an export may take his time.
        case export

        /// How many one client may have, and all together.
        var limit: (ofClient: Int, inAll: Int) {
            switch self {
            case .light: (64, 1024)
            case .disk: (8, 32)
            case .keys: (2, 8)
            case .export: (2, 4)
            }
        }
    }

    private struct Counts {
        var values = [Int](repeating: 0, count: Load.allCases.count)

        subscript(load: Load) -> Int {
            get { values[load.rawValue] }
            set { values[load.rawValue] = newValue }
        }
    }

    /// Also of clients who are gone: what they asked for goes on.
    private var counts: [ClientNumber: Counts] = [:]
    private var sums = Counts()

    /// Whether nothing is under way.
    var isEmpty: Bool { counts.isEmpty }

    /// Takes a request in; false when there are as many as there may be.
    mutating func begin(_ request: ControlRequest) -> Bool {
        let load = request.method.load
        let own = counts[request.client] ?? Counts()
        guard own[load] < load.limit.ofClient, sums[load] < load.limit.inAll else { return false }
        counts[request.client, default: Counts()][load] += 1
        sums[load] += 1
        return true
    }

    /// A request has been answered, or its client is gone and nothing is done for it any more.
    mutating func end(_ request: ControlRequest) {
        let load = request.method.load
        guard var own = counts[request.client], own[load] > 0 else { return }
        own[load] -= 1
        sums[load] -= 1
        counts[request.client] = own.values.allSatisfy { $0 == 0 } ? nil : own
    }
}

extension MethodName {
    fileprivate var load: RequestsUnderWay.Load {
        switch self {
        case .journalVerify, .journalQuery: .disk
        case .identityCreate, .identityUnlock, .identityImport: .keys
        case .journalExport, .identityExport: .export
        case .daemonStatus, .daemonShutdown, .identityGet, .identityLock, .contactList, .contactGet, .contactSet,
            .contactBlock, .contactRemove, .inviteCreate, .inviteAccept, .inviteList, .inviteRevoke, .callStart,
            .callAnswer, .callDecline, .callEnd, .callMute, .callList, .callGet, .callStats, .mediaSources,
            .mediaAddSource, .netPaths, .netPing, .journalHead, .eventsSubscribe, .eventsNext, .eventsTypes,
            .rpcDiscover:
            .light
        }
    }
}
