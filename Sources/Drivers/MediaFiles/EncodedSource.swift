internal import Basics

/// Frames from outside as a codec made them, VP8 and Opus, read one by one without waiting.
///
/// Made on any thread, then used by one thread only. Nothing is read from a pipe before the first `read`.
public final class EncodedSource: @unchecked Sendable {  // owned by the media thread from its first `read` on
    private enum Supply {
        case ivf(IVFReader)
        case webm(WebMReader)
    }

    private let supply: Supply
    /// The sound of the same file, to be read by another thread: both tell times from the same beginning, and begin again
    /// together. Nil when there is none, or it is a pipe, of which a single thread can read.
    public let sound: AudioSource?

    init(_ reader: IVFReader) { (supply, sound) = (.ivf(reader), nil) }
    init(_ reader: WebMReader, sound: AudioSource? = nil) { (supply, self.sound) = (.webm(reader), sound) }

    /// Whether it is read as bytes come, not when they are due.
    public var isLive: Bool { pollDescriptor != nil }

    /// The number to poll while `read` answers `.notNow`; nil for a file.
    public var pollDescriptor: Int32? {
        switch supply {
        case .ivf(let reader): reader.pollDescriptor
        case .webm(let reader): reader.pollDescriptor
        }
    }

    /// What it holds; nil until a pipe has told it.
    public var tracks: MediaTracks? {
        switch supply {
        case .ivf: MediaTracks(video: MediaTracks.Video(size: nil))
        case .webm(let reader): reader.tracks
        }
    }

    /// What of it is not played, for people; nil when all is, or nothing is known yet.
    var omission: String? {
        guard let tracks else { return nil }
        guard isLive, tracks.video != nil, tracks.audio != nil else { return tracks.omission }
        return "without its sound: a pipe gives pictures or sound, a file gives both"
    }

    /// Reads the next frame of any track into `frame`. Its time counts from the first frame on.
    public func read(into frame: inout EncodedFrame) -> ReadOutcome {
        switch supply {
        case .ivf(let reader): reader.read(into: &frame)
        case .webm(let reader): reader.read(into: &frame)
        }
    }
}
