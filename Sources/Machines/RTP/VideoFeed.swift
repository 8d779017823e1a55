public import Basics

/// What one receiver of a picture gets: which layers, under which numbers, and what is sent again to it.
///
/// Everybody gets the same SSRCs. The caller keeps the pieces (`VideoPieceStore`) and writes the packets.
public struct VideoFeed: Sendable {
    /// Which frames it gets.
    public var filter: TemporalLayerFilter
    /// What was sent to it, and what is sent again.
    public var store = RetransmissionStore()

    private var sender: RTPSender
    private var repair: RTPSender

    /// A receiver that has not got anything of the streams `ssrc` and `repairSSRC`, whose timestamps begin at
    /// `firstTimestamp`; all else begins at random.
    public init(
        ssrc: UInt32, repairSSRC: UInt32, firstTimestamp: UInt32, using random: inout some RandomNumberGenerator
    ) {
        filter = TemporalLayerFilter(firstPictureID: PictureID(random.next()))
        sender = RTPSender(
            ssrc: ssrc, firstSequence: SequenceNumber(rawValue: random.next()), firstTimestamp: firstTimestamp,
            payloadType: VP8Payload.payloadType)
        repair = RTPSender(
            ssrc: repairSSRC, firstSequence: SequenceNumber(rawValue: random.next()), firstTimestamp: firstTimestamp,
            payloadType: RTXPayload.payloadType)
    }

    /// The number with which the receiver gets a frame; nil when it does not get it.
    public mutating func admit(_ frame: VP8Descriptor, isKeyFrame: Bool) -> PictureID? {
        filter.admit(frame, isKeyFrame: isKeyFrame)?.pictureID
    }

    /// The header of the next packet, which carries piece `number` of a frame that was admitted as `pictureID`.
    public mutating func nextHeader(
        of number: Int, in pieces: borrowing VideoPieceStore, as pictureID: PictureID, at now: Instant
    ) -> RTPHeader {
        let byteCount = pieces.payloadByteCount(of: number)
        let header = sender.nextHeader(
            mediaTime: pieces.mediaTime(of: number), marker: pieces.isLast(number), payloadByteCount: byteCount)
        store.sent(header.sequence, packet: number, pictureID: pictureID, byteCount: byteCount, at: now)
        return header
    }

    /// The header of the packet with which piece `number` is sent again.
    public mutating func nextRepairHeader(of number: Int, in pieces: borrowing VideoPieceStore) -> RTPHeader {
        repair.nextHeader(
            mediaTime: pieces.mediaTime(of: number), marker: pieces.isLast(number),
            payloadByteCount: RTXPayload.headerByteCount + pieces.payloadByteCount(of: number))
    }

    /// What a sender report says at `time`, when the source's clock shows `mediaTime`.
    public func report(mediaTime: UInt32, at time: WallTime) -> SenderReport {
        sender.report(mediaTime: mediaTime, at: time)
    }
}
