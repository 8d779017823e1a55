internal import Basics

extension Stream {
    /// Whether a frame other than data is due.
    var hasControlFrames: Bool {
        if case .reset(_, isDue: true)? = sending?.state { return true }
        if case .stopped(_, isDue: true)? = receiving?.state { return true }
        return sending?.isBlockedDue ?? false || receiving?.isCreditDue ?? false
    }

    /// Writes the due frames other than data that fit, and notes them in `written`.
    @_lifetime(writer: copy writer)
    mutating func writeControlFrames(_ writer: inout PayloadWriter, into written: inout [SentFrame]) {
        if case .reset(let code, isDue: true)? = sending?.state,
            writer.frame(FrameType.reset, id.rawValue, Int(code), sending?.sentByteCount)
        {
            sending?.setResetDue(false)
            written.append(.reset(id))
        }
        if case .stopped(let code, isDue: true)? = receiving?.state,
            writer.frame(FrameType.stop, id.rawValue, Int(code))
        {
            receiving?.setStopDue(false)
            written.append(.stop(id))
        }
        if let half = receiving, half.isCreditDue,
            writer.frame(FrameType.maxStreamData, id.rawValue, half.credit.renewedLimit)
        {
            receiving?.renewCredit()
            written.append(.maxStreamData(id))
        }
        if let half = sending, half.isBlockedDue,
            writer.frame(FrameType.streamDataBlocked, id.rawValue, half.credit)
        {
            sending?.isBlockedDue = false
            written.append(.streamDataBlocked(id))
        }
    }
}
