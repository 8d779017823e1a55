internal import Basics

/// The ledger of every packet that one session sent: what it carried, on which path it went, and what became of it.
///
/// Loss detection of RFC 9002 §6, per path over one series of packet numbers. A ring: no allocation per packet.
struct SentPackets: Sendable {
    /// The most packets remembered; beyond it the oldest counts as lost.
    static let capacity = 8_192
    /// RFC 9002 §6.1.1.
    static let packetThreshold = 3
    /// So many stretches of left-out counters are remembered.
    static let skippedCapacity = 64
    /// Paths whose state is kept; beyond it the oldest is abandoned.
    private static let pathCapacity = 32
    /// A packet that asks for nothing is forgotten so long after it left.
    static let patience: Duration = .seconds(3)

    var packets = RollingBuffer(
        filler: SentPacket(
            number: PacketNumber(epoch: 0, counter: 0), sentAt: .zero, path: PathID(rawValue: 0), sequence: 0,
            byteCount: 0, asksForReceipt: false, frames: 0..<0))
    var frames = RollingBuffer(filler: SentFrame.maxData)
    var paths: [LedgerPath] = []
    /// The last packet sent.
    var newest: PacketNumber?
    /// The path of the last packet that asks for a receipt.
    var newestPath: PathID?
    /// Counters that were left out on purpose: a receipt for one is a lie (RFC 9000 §21.4).
    var skipped: [(epoch: UInt32, counters: Range<UInt32>)] = []
    /// Behind the newest packet that was acknowledged: losses are looked for before it.
    var acknowledgedEnd = 0
    private let controller: any CongestionController.Type

    init(controller: any CongestionController.Type) {
        self.controller = controller
        skipped.reserveCapacity(Self.skippedCapacity)
    }

    // MARK: - Sending

    /// Enters a packet that has been sealed. Its number is above all before, or it asks for nothing: such a packet (padding
    /// that Transport made by itself) may be entered late, and is then only known not to be skipped.
    mutating func record(
        _ number: PacketNumber, carrying content: [SentFrame], asksForReceipt: Bool, byteCount: Int, on path: PathID,
        owner: inout some SentFrameOwner, at now: Instant
    ) {
        if let newest, number <= newest {
            guard asksForReceipt else { return unskip(number) }
            // Another key of this epoch seals, and nobody said that the first is void.
            void(epoch: number.epoch, owner: &owner)
        }
        noteSkipped(before: number)
        if packets.count == Self.capacity { lose(packets.startIndex, owner: &owner) }
        release(at: now)
        let first = frames.endIndex
        for frame in content { frames.append(frame) }
        let index = pathIndex(path, owner: &owner)
        packets.append(
            SentPacket(
                number: number, sentAt: now, path: path, sequence: paths[index].nextSequence, byteCount: byteCount,
                asksForReceipt: asksForReceipt, frames: first..<frames.endIndex))
        if asksForReceipt { newestPath = path }
        paths[index].sent(byteCount, asksForReceipt: asksForReceipt, at: now)
    }

    private mutating func noteSkipped(before number: PacketNumber) {
        let expected = newest.map { $0.epoch == number.epoch ? $0.counter + 1 : 0 } ?? 0
        newest = number
        guard number.counter > expected else { return }
        if skipped.count == Self.skippedCapacity { skipped.removeFirst() }
        skipped.append((number.epoch, expected..<number.counter))
    }

    private mutating func unskip(_ number: PacketNumber) {
        let place = skipped.firstIndex { $0.epoch == number.epoch && $0.counters.contains(number.counter) }
        guard let place else { return }
        let (epoch, gap) = skipped[place]
        let rest = [gap.lowerBound..<number.counter, number.counter + 1..<gap.upperBound].filter { !$0.isEmpty }
        skipped.replaceSubrange(place...place, with: rest.map { (epoch, $0) })
    }

    /// The keys from `epoch` on turned out not to be shared with the peer: nothing sent under them arrived, and another key
    /// of `epoch` begins at counter 0.
    mutating func void(epoch: UInt32, owner: inout some SentFrameOwner) {
        let first = firstPlace(from: PacketNumber(epoch: epoch, counter: 0))
        for place in first..<packets.endIndex { lose(place, owner: &owner) }
        if first < packets.endIndex { frames.truncate(to: max(packets[first].frames.lowerBound, frames.startIndex)) }
        packets.truncate(to: first)
        acknowledgedEnd = min(acknowledgedEnd, first)
        skipped.removeAll { $0.epoch >= epoch }
        newest = epoch == 0 ? nil : newest.map { min($0, PacketNumber(epoch: epoch - 1, counter: .max)) }
    }

    /// The state of `path`, made on first use.
    private mutating func pathIndex(_ path: PathID, owner: inout some SentFrameOwner) -> Int {
        if let index = paths.firstIndex(where: { $0.id == path }) { return index }
        if paths.count == Self.pathCapacity { abandon(paths[0].id, owner: &owner) }
        paths.append(LedgerPath(path, controller: controller.init()))
        return paths.count - 1
    }

    /// Changes the state of `path`, made on first use.
    mutating func update<R>(
        _ path: PathID, owner: inout some SentFrameOwner, _ change: (inout LedgerPath) -> R
    ) -> R {
        let index = pathIndex(path, owner: &owner)
        return change(&paths[index])
    }
}
