/// What a session has sent so far.
public struct AudioTransmission: Equatable, Sendable {
    /// Frames handed to the network thread.
    public let frames: Int
    /// Bytes in them.
    public let payloadBytes: Int
    /// Frames that the network thread did not take in time.
    public let droppedFrames: Int
    /// How loud the newest frame was: decibels below full scale, 127 for silence.
    public let level: Int
}
