public import MediaFiles

/// Where the pictures of participants go.
public enum PictureSink: Sendable {
    /// Shown pictures of one participant: Y4M.
    case pictures(VideoSink)
    /// Frames of one participant as they came, and his sound if the file has a track for it: WebM, IVF. He is the first who
    /// is seen or, if there is such a track, heard.
    case encoded(EncodedSink)
    /// A WebM file of each participant, with these tracks.
    case folder(SinkFolder, tracks: Set<EncodedFrame.Track>)
}
