public import MediaURIs
public import Platform

/// A sink, opened: what it takes.
public enum MediaSink: Sendable {
    /// Sound: WAV.
    case sound(AudioSink)
    /// Decoded pictures: Y4M.
    case pictures(VideoSink)
    /// Pictures and sound as they came: WebM, IVF.
    case encoded(EncodedSink)
    /// Files of each participant.
    case folder(SinkFolder)
    /// Nothing is kept; but it is decoded and counted.
    case null

    /// Opens the sink `uri`; a file is emptied. `tracks` are those that a WebM is to have.
    ///
    /// Precondition: `descriptor` is given when `uri.needsDescriptor`, and there is a track.
    public static func open(
        _ uri: SinkURI, _ descriptor: consuming Descriptor?, tracks: Set<EncodedFrame.Track> = [.audio, .video],
        rate: FrameRate = .thirty
    ) throws(MediaFileError) -> MediaSink {
        guard uri.kind != .null else { return .null }
        guard let descriptor else { preconditionFailure("the sink needs a descriptor") }
        switch uri.container {
        case nil: return .folder(try SinkFolder(descriptor))
        case .wav: return .sound(AudioSink(try WAVWriter(descriptor)))
        case .y4m: return .pictures(VideoSink(try Y4MWriter(descriptor, rate: rate)))
        case .ivf: return .encoded(EncodedSink(try IVFWriter(descriptor)))
        case .webm: return .encoded(EncodedSink(try WebMWriter(descriptor, tracks: tracks)))
        }
    }
}
