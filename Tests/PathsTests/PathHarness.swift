import Basics
import Paths
import TestSupport
import Testing

/// A table of paths in virtual time, with what it wanted done.
final class PathHarness {
    var table: PathTable
    var now = Instant(nanoseconds: 1_000_000_000_000)
    private(set) var random = SplitMix(seed: 7)
    /// Everything but transmissions, oldest first.
    private(set) var reports: [PathOutput] = []
    /// Challenges and answers to be sent.
    private(set) var messages: [(path: PathID, message: PathMessage, at: Instant)] = []

    init(isControlling: Bool = true) { table = PathTable(isControlling: isControlling) }

    // What the table says, for expectations: they take no value that cannot be copied.

    var active: PathID? { table.active }
    var activeForControl: PathID? { table.activeForControl }
    var all: [PathInfo] { table.all }
    var nextTimeout: Instant { table.nextTimeout }
    func info(_ path: PathID) -> PathInfo? { table.info(path) }
    func allows(_ byteCount: Int, on path: PathID) -> Bool { table.allows(byteCount, on: path) }

    static func ends(_ host: UInt32, port: UInt16 = 4_500) -> PathEnds {
        .addresses(
            local: SocketAddress(IPAddress(v4: 0), port: 4_000),
            remote: SocketAddress(IPAddress(v4: 0xC633_6400 | host), port: port))
    }

    func mayAdd(_ kind: PathKind = .host, _ ends: PathEnds = ends(1), isProven: Bool = false) -> PathID? {
        defer { drain() }
        return table.add(kind, ends, isProven: isProven, at: now, using: &random)
    }

    func mayReceive(_ byteCount: Int = 100, from ends: PathEnds = ends(1), isData: Bool = true) -> PathID? {
        defer { drain() }
        return table.received(byteCount: byteCount, from: ends, isData: isData, at: now, using: &random)
    }

    // The same where nil is a failure of the test.

    func add(_ kind: PathKind = .host, _ ends: PathEnds = ends(1), isProven: Bool = false) throws -> PathID {
        let path = mayAdd(kind, ends, isProven: isProven)
        return try #require(path)
    }

    func receive(_ byteCount: Int = 100, from ends: PathEnds = ends(1), isData: Bool = true) throws -> PathID {
        let path = mayReceive(byteCount, from: ends, isData: isData)
        return try #require(path)
    }

    func ping(_ path: PathID? = nil, timeout: Duration = .seconds(2)) throws -> PingID {
        let ping = mayPing(path, timeout: timeout)
        return try #require(ping)
    }

    /// Tells the table that a packet was sent.
    func send(_ byteCount: Int = 100, on path: PathID, asks: Bool = true) {
        table.sent(byteCount: byteCount, asksForReceipt: asks, on: path, at: now)
    }

    func acknowledge(_ path: PathID, roundTrip: Duration = .milliseconds(20)) {
        table.acknowledged(path, roundTrip: roundTrip, at: now)
        drain()
    }

    func mayPing(_ path: PathID? = nil, timeout: Duration = .seconds(2)) -> PingID? {
        defer { drain() }
        return table.ping(path, timeout: timeout, at: now, using: &random)
    }

    func remove(_ path: PathID) {
        table.remove(path)
        drain()
    }

    /// The peer answers the newest challenge that went out on `path`.
    func answer(on path: PathID) throws {
        guard let newest = messages.last(where: { $0.path == path && $0.message.kind == .challenge }) else { return }
        try deliver(answer(newest.message.token), on: path)
    }

    /// The bytes of an answer.
    func answer(_ token: UInt64) -> [UInt8] { bytes(1, token) }

    func bytes(_ kind: UInt8, _ token: UInt64) -> [UInt8] {
        var writer = ByteWriter()
        writer.append([0x04, kind])
        writer.littleEndian(token)
        return writer.bytes
    }

    func deliver(_ bytes: [UInt8], on path: PathID) throws {
        try table.handle(challenge: bytes.rawSpan, on: path, at: now)
        drain()
    }

    /// Lets time pass, waking whenever the table asks for it. The paths in `answering` answer their challenges at once.
    func pass(_ duration: Duration, answering: Set<PathID> = []) throws {
        let end = now + duration
        while table.nextTimeout <= end {
            now = max(now, table.nextTimeout)
            let before = messages.count
            table.timeout(at: now, using: &random)
            drain()
            for (path, message, _) in messages[before...] where message.kind == .challenge && answering.contains(path) {
                try deliver(answer(message.token), on: path)
            }
        }
        now = end
    }

    private func drain() {
        while let output = table.poll() {
            if case .transmit(let message, let path) = output {
                messages.append((path, message, now))
            } else {
                reports.append(output)
            }
        }
    }

    /// Takes the reports so far.
    func takeReports() -> [PathOutput] {
        defer { reports = [] }
        return reports
    }
}
