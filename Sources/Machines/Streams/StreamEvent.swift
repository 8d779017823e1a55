/// What the streams tell their owner.
public enum StreamEvent: Equatable, Sendable {
    /// A control message, in order, once.
    case message(id: Int, bytes: [UInt8])
    /// The peer opened a stream.
    case opened(StreamID)
    /// There is something to read; read until nothing comes.
    case readable(StreamID)
    /// After a `write` that did not take all: there is room again.
    case writable(StreamID)
    /// All of the stream has been read.
    case finished(StreamID)
    /// The peer gave its half up; what was not read is gone.
    case reset(StreamID, code: UInt32)
    /// The peer does not want our half; it has been reset.
    case stopped(StreamID, code: UInt32)
    /// Data came on a stream whose class is closed: dropped, the stream reset (PROTOCOL §3). To be counted.
    case refused(StreamID)
    /// After `StreamError.backlogFull`: control messages are taken again.
    case canSend
    /// After `StreamError.streamLimit`: a stream can be opened.
    case canOpen
}
