/// The keys that count for a log, in the form of C2SP tlog-policy. The file is fully determined by the log: the key
/// of genesis, those of `epoch.next`, the witnesses trusted, in this order.
struct LogPolicy: Equatable {
    static let path = "policy"

    var logs: [VerifierKey] = []
    var witnesses: [VerifierKey] = []

    /// The file. Witnesses strengthen what they sign but are not required: verification tells how far they reach.
    var encoded: [UInt8] {
        let lines =
            logs.map { "log \($0)\n" } + witnesses.enumerated().map { "witness w\($0 + 1) \($1)\n" } + ["quorum none\n"]
        return Array(lines.joined().utf8)
    }
}
