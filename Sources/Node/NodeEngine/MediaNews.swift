public import Calling
public import Mesh

/// What the media engine tells the node.
public enum MediaNews: Sendable {
    /// The sources and sinks of a call are open. What each source gives is known of all but pipes.
    case prepared(CallID, [MediaKind?])
    /// A source or sink of a call cannot be used.
    case refused(CallID, MediaFault)
    /// The first decoded audio of somebody is on its way to the sinks.
    case started(CallID, PeerID)
    /// The first picture of somebody is shown.
    case pictureShown(CallID, PeerID)
    /// A pipe has told what it gives.
    case sourceTold(CallID, source: Int, MediaKind)
    /// A source of ours began to give.
    case sourceRunning(CallID, MediaKind)
    /// One source has no more; or could not be read on, and why.
    case sourceEnded(CallID, source: Int, fault: MediaFault?)
    /// No source of this kind has anything left.
    case sourcesSilent(CallID, MediaKind)
    /// A sink could not be written on.
    case sinkFailed(CallID, sink: Int, MediaKind, reason: String)
    /// A source that was asked for is open, or cannot be used.
    case sourceAdded(CallID, Result<AddedSource, MediaFault>)
    /// What is counted of a call now.
    case measured(CallID, MediaReport)
    /// All media of a call has stopped, and this is what was counted.
    case stopped(CallID, MediaReport)
}

/// A source that was added to a call.
public struct AddedSource: Sendable {
    /// Names it within the call.
    public let number: Int
    /// What it gives; nil while a pipe has not told.
    public let kind: MediaKind?

    /// Source `number`, which gives `kind`.
    public init(number: Int, kind: MediaKind?) {
        self.number = number
        self.kind = kind
    }
}
