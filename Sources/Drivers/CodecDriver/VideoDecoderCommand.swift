/// What the network thread asks of the decode worker, besides orders for frames.
enum VideoDecoderCommand {
    case stop
    case addSink(PictureSinkLane)
    case addParticipant(DecodingLane)
    case removeParticipant(Int)
}
