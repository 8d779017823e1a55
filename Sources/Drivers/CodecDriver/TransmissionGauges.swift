internal import Synchronization

/// Counts of the sending half, written by the media thread and read by any.
final class TransmissionGauges: Sendable {
    private let frames = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)
    private let level = Atomic<Int>(AudioLevel.silence)

    func encoded(isSent: Bool, byteCount: Int, level: Int) {
        if isSent {
            frames.wrappingAdd(1, ordering: .relaxed)
            bytes.wrappingAdd(byteCount, ordering: .relaxed)
        } else {
            dropped.wrappingAdd(1, ordering: .relaxed)
        }
        self.level.store(level, ordering: .relaxed)
    }

    var snapshot: AudioTransmission {
        AudioTransmission(
            frames: frames.load(ordering: .relaxed), payloadBytes: bytes.load(ordering: .relaxed),
            droppedFrames: dropped.load(ordering: .relaxed), level: level.load(ordering: .relaxed))
    }
}
