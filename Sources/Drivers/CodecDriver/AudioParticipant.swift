public import Basics
internal import Platform
internal import Synchronization

/// One other party of a session, seen from the network thread: hand in its packets, ask how it is heard.
///
/// `receive` takes no lock and no memory. It is called from one thread.
public final class AudioParticipant: Sendable {
    /// The session's name for it, from 0.
    public let id: Int

    let ring = FrameRing<IncomingFrame>(
        capacity: 64,
        filler: IncomingFrame(ssrc: 0, sequence: SequenceNumber(rawValue: 0), timestamp: 0, arrival: .zero))
    let gauges = ReceptionGauges()
    /// The media thread sleeps past this participant's ticks: its next packet must wake it.
    let isAwaited = Atomic<Bool>(true)
    /// What is heard of it, and since when.
    private let heard = Locked<HeardSound?>(nil)
    /// How long its sound should wait at least, in nanoseconds.
    private let leastDelay = Atomic<Int64>(0)
    private let bell: Bell
    /// What was said last about its source, and in the upper bits how often something was said.
    private let sending = Atomic<Int>(1)

    init(id: Int, bell: Bell) {
        self.id = id
        self.bell = bell
    }

    /// A packet of the participant's sound arrived at `arrival` (on the monotonic clock). False, and it is counted as
    /// discarded, when it is longer than 1,280 bytes or too many wait.
    @discardableResult
    public func receive(
        ssrc: UInt32, sequence: SequenceNumber, timestamp: UInt32, payload: RawSpan, at arrival: Instant
    ) -> Bool {
        let header = IncomingFrame(ssrc: ssrc, sequence: sequence, timestamp: timestamp, arrival: arrival)
        guard payload.byteCount <= FrameRing<IncomingFrame>.slotByteCount,
            ring.push(header, { slot in Self.copy(payload, to: &slot) })
        else {
            gauges.countOverrun()
            return false
        }
        if isAwaited.exchange(false, ordering: .sequentiallyConsistent) { bell.ring() }
        return true
    }

    /// The participant said whether its source runs. Concealment is counted only while it does.
    public func setSending(_ isSending: Bool) {
        let count = sending.load(ordering: .relaxed) >> 1
        sending.store((count + 1) << 1 | (isSending ? 1 : 0), ordering: .releasing)
    }

    /// Lets its sound wait so long at least, so that it fits a picture that takes longer; at most
    /// `PlayoutLimits.maximumTarget` is believed.
    public func setLeastDelay(_ delay: Duration) { leastDelay.store(delay.nanoseconds, ordering: .relaxed) }

    /// What was heard of it last; nil before, and while there is nothing but what was made up.
    public var heardSound: HeardSound? { heard.withLock { $0 } }

    /// How it is heard so far.
    public var reception: AudioReception { gauges.snapshot }

    /// Media thread: what was said about the source since the word that `seen` names; nil when nothing was.
    func isSending(since seen: inout Int) -> Bool? {
        let word = sending.load(ordering: .acquiring)
        guard word != seen else { return nil }
        seen = word
        return word & 1 != 0
    }

    /// Media thread: what is heard now.
    func note(_ sound: HeardSound?) { heard.withLock { $0 = sound } }

    /// Media thread: how long the sound should wait at least.
    var wantedDelay: Duration { .nanoseconds(leastDelay.load(ordering: .relaxed)) }

    private static func copy(_ payload: RawSpan, to slot: inout MutableRawSpan) -> Int {
        unsafe payload.withUnsafeBytes { source in
            unsafe slot.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
        }
        return payload.byteCount
    }
}
