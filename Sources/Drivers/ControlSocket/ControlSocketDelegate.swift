public import NetworkLoop
public import Platform

/// Who understands what clients say. Called on the network thread, from the loop and never from within a call to
/// `ControlServer`, so that it may call that one freely.
@NetworkActor
public protocol ControlSocketDelegate: AnyObject {
    /// A process of our own user has connected. The place to send the first line.
    func opened(_ client: ClientID, pid: Int32)

    /// A connection was closed without a byte.
    func refused(_ refusal: ConnectionRefusal)

    /// A line has come, without its newline, never empty, of any bytes; and the descriptors that came with it.
    func received(_ line: [UInt8], _ descriptors: consuming Descriptors, from client: ClientID)

    /// The line that tells a client what went wrong, before its connection is closed; nil to say nothing.
    func farewell(for fault: ClientFault) -> [UInt8]?

    /// All that was sent to the client has been written: the place to go on with a long answer.
    func drained(_ client: ClientID)

    /// The connection is gone, and what is sent to it is dropped. Once for each `opened`, unless the delegate closed it.
    func closed(_ client: ClientID, because reason: CloseReason)
}

/// Why a connection is closed as soon as it is there.
public enum ConnectionRefusal: Hashable, Sendable {
    /// It is of another user; root is one as well.
    case otherUser(uid: UInt32)
    /// There are as many as there may be.
    case tooMany
}

/// What is wrong with a client's lines.
public enum ClientFault: Hashable, Sendable {
    /// A line is longer than the limit.
    case lineTooLong
    /// A line was begun and not ended in time.
    case lineUnfinished
    /// More descriptors came with a line, or wait in all, than the limit.
    case tooManyDescriptors
    /// This process has no number left for a descriptor that came: not the client's doing.
    case descriptorsExhausted
}

/// Why a connection ended.
public enum CloseReason: Hashable, Sendable {
    /// The client closed it.
    case hungUp
    /// The client did this.
    case fault(ClientFault)
    /// The client does not read what it is sent.
    case notReading
    /// The buffers of all clients are full, and this one's are the largest.
    case buffersFull
    /// A system call failed.
    case failed(SystemError)
}
