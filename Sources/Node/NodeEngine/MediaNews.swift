public import Mesh

/// What the media engine tells the node.
public enum MediaNews: Sendable {
    /// The sources and sinks of a call are open.
    case prepared(CallID)
    /// A source or sink of a call cannot be used.
    case refused(CallID, MediaFault)
    /// The first decoded audio of somebody is on its way to the sinks.
    case started(CallID, PeerID)
    /// A source of ours began to give.
    case sourceRunning(CallID)
    /// One source has no more; or could not be read on, and why.
    case sourceEnded(CallID, source: Int, fault: MediaFault?)
    /// No source of the call has anything left.
    case sourcesSilent(CallID)
    /// A sink could not be written on.
    case sinkFailed(CallID, sink: Int, reason: String)
    /// A source that was asked for is open, or cannot be used.
    case sourceAdded(CallID, Result<Int, MediaFault>)
    /// All media of a call has stopped, and this is what was counted.
    case stopped(CallID, MediaReport)
}
