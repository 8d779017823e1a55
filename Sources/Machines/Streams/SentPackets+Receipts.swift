internal import Basics

extension SentPackets {
    /// Takes a report of the peer: tells `owner` what became of the frames, updates the paths. The answer is the key epoch.
    mutating func handle(
        _ report: borrowing ReceiptReport, owner: inout some SentFrameOwner, at now: Instant
    ) throws(StreamViolation) -> UInt32 {
        let epoch = try epoch(lowBits: report.epoch)
        for index in paths.indices { paths[index].beginReport() }
        var cursor = firstPlace(from: PacketNumber(epoch: epoch, counter: report.base))
        for offset in 0..<report.count {
            guard let age = report.age(at: offset) else { continue }
            let number = PacketNumber(epoch: epoch, counter: report.base + UInt32(offset))
            while cursor < packets.endIndex, packets[cursor].number < number { cursor += 1 }
            if cursor < packets.endIndex, packets[cursor].number == number {
                acknowledge(cursor, age: age, owner: &owner, at: now)
            } else if wasNeverSent(number) {
                throw .receiptOfUnsent(number)
            }
        }
        for index in paths.indices { paths[index].endReport(at: now) }
        detectLosses(owner: &owner, at: now)
        release(at: now)
        return epoch
    }

    /// The epoch that a report means: the newest used one with these low bits.
    private func epoch(lowBits: UInt8) throws(StreamViolation) -> UInt32 {
        guard let newest else { throw .receiptOfUnknownEpoch(lowBits) }
        let age = UInt32(UInt8(truncatingIfNeeded: newest.epoch) &- lowBits)
        guard age < 128, age <= newest.epoch else { throw .receiptOfUnknownEpoch(lowBits) }
        return newest.epoch - age
    }

    func firstPlace(from number: PacketNumber) -> Int {
        var low = packets.startIndex
        var high = packets.endIndex
        while low < high {
            let middle = (low + high) / 2
            if packets[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether no packet has had `number`, as far as is remembered.
    private func wasNeverSent(_ number: PacketNumber) -> Bool {
        guard let newest, number <= newest else { return true }
        return skipped.contains { $0.epoch == number.epoch && $0.counters.contains(number.counter) }
    }

    private mutating func acknowledge(_ place: Int, age: Duration, owner: inout some SentFrameOwner, at now: Instant) {
        let packet = packets[place]
        guard packet.fate != .acknowledged else { return }
        packets[place].fate = .acknowledged
        acknowledgedEnd = max(acknowledgedEnd, place + 1)
        for frame in packet.frames { owner.acknowledged(frames[frame]) }
        guard let index = paths.firstIndex(where: { $0.id == packet.path }) else { return }
        paths[index].acknowledge(packet, age: age, at: now)
    }

    /// Loss detection of RFC 9002 §6.1: a packet is lost when one that left three packets, or 9/8 of a round trip, later on
    /// its path has come.
    private mutating func detectLosses(owner: inout some SentFrameOwner, at now: Instant) {
        for index in paths.indices { paths[index].beginDetection() }
        for place in packets.startIndex..<max(packets.startIndex, acknowledgedEnd) {
            let packet = packets[place]
            guard let index = paths.firstIndex(where: { $0.id == packet.path }) else { continue }
            switch (packet.fate, paths[index].judge(packet, threshold: Self.packetThreshold, at: now)) {
            case (.outstanding, true): lose(place, owner: &owner)
            case (.acknowledged, _): paths[index].endLossRun()
            case (.outstanding, false), (.lost, _): break
            }
        }
        for index in paths.indices { paths[index].endDetection(at: now) }
    }

    /// Takes the packet at `place` for lost.
    mutating func lose(_ place: Int, owner: inout some SentFrameOwner) {
        let packet = packets[place]
        guard packet.fate == .outstanding else { return }
        packets[place].fate = .lost
        for frame in packet.frames { owner.lost(frames[frame]) }
        guard let index = paths.firstIndex(where: { $0.id == packet.path }) else { return }
        paths[index].lose(packet)
    }

    /// Forgets what is settled at the front, and packets there that asked for nothing.
    mutating func release(at now: Instant) {
        while !packets.isEmpty {
            let packet = packets[packets.startIndex]
            let isStale = !packet.asksForReceipt && now - packet.sentAt > Self.patience
            guard packet.fate != .outstanding || isStale else { break }
            packets.discard(upTo: packets.startIndex + 1)
        }
        frames.discard(upTo: packets.isEmpty ? frames.endIndex : packets[packets.startIndex].frames.lowerBound)
    }

    // MARK: - Time

    /// When packets become lost, or must be asked after.
    var nextTimeout: Instant {
        paths.reduce(.distantFuture) { min($0, $1.lossDeadline ?? $1.probeDeadline ?? .distantFuture) }
    }

    /// Declares what has become lost. The answer is how many probes must be sent: packets that ask for a receipt, whatever
    /// the congestion window says. The frames of the oldest packets under way are given back for them.
    mutating func timeout(owner: inout some SentFrameOwner, at now: Instant) -> Int {
        if paths.contains(where: { $0.lossDeadline.map { $0 <= now } ?? false }) {
            detectLosses(owner: &owner, at: now)
            release(at: now)
        }
        var probes = 0
        for index in paths.indices where paths[index].lossDeadline == nil {
            guard let deadline = paths[index].probeDeadline, deadline <= now else { continue }
            paths[index].noteProbe(at: now)
            if paths[index].id == newestPath {
                resend(oldestOn: paths[index].id, owner: &owner)
                probes += 1
            } else {
                // The probe would go elsewhere, and nothing would ever come after these packets on their path.
                loseAll(on: paths[index].id, owner: &owner)
            }
        }
        return probes
    }

    private mutating func loseAll(on path: PathID, owner: inout some SentFrameOwner) {
        for place in packets.indices where packets[place].path == path { lose(place, owner: &owner) }
    }

    private func resend(oldestOn path: PathID, owner: inout some SentFrameOwner) {
        var resent = 0
        for place in packets.indices where resent < 2 {
            let packet = packets[place]
            guard packet.path == path, packet.fate == .outstanding, !packet.frames.isEmpty else { continue }
            for frame in packet.frames { owner.lost(frames[frame]) }
            resent += 1
        }
    }

    /// Takes all that is under way on `path` for lost and forgets the path. It is not the fault of any other path's window.
    mutating func abandon(_ path: PathID, owner: inout some SentFrameOwner) {
        loseAll(on: path, owner: &owner)
        paths.removeAll { $0.id == path }
    }
}
