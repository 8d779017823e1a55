internal import Basics
public import MediaURIs
public import Platform

/// A source, opened: what it turned out to give.
public enum MediaSource: Sendable {
    /// Sound: WAV, WebM without pictures, `test:tone`, `test:speech`.
    case sound(AudioSource)
    /// Raw pictures: Y4M, `test:bars`.
    case pictures(VideoSource)
    /// Pictures as a codec made them: IVF, WebM. Sound that belongs to them is a source of its own: `EncodedSource.sound`.
    case encoded(EncodedSource)
    /// A pipe that has not told yet what it is.
    case pipe(PipeSource)

    /// Opens the source `uri`. A file is judged here, up to its first frame; of a pipe nothing is read yet.
    ///
    /// Precondition: `descriptor` is given when `uri.needsDescriptor`.
    public static func open(_ uri: SourceURI, _ descriptor: consuming Descriptor?) throws(MediaFileError) -> MediaSource
    {
        switch uri.kind {
        case .tone, .speech: return .sound(try AudioSource.open(uri, nil))
        case .bars: return .pictures(.bars())
        case .file, .pipe:
            guard let descriptor else { preconditionFailure("the source needs a descriptor") }
            return try open(descriptor, isLooping: uri.isLooping)
        }
    }

    private static func open(
        _ descriptor: consuming Descriptor, isLooping: Bool
    ) throws(MediaFileError) -> MediaSource {
        var isFile = false, first = [UInt8](repeating: 0, count: MediaKind.byteCount), count = 0
        do throws(SystemError) {
            switch try descriptor.kind() {
            case .directory: throw .isDirectory
            case .stream: break
            case .regularFile:
                isFile = true
                let outcome = descriptor.read(into: &first, 0..<first.count, at: try descriptor.position())
                if case .bytes(let got) = outcome { count = got }
            }
        } catch { throw .system(error) }
        guard isFile else {
            guard !isLooping else { throw .data("only a file can be repeated") }
            return .pipe(PipeSource(descriptor))
        }
        guard count > 0 else { throw .data("it is empty") }
        return try open(descriptor, MediaKind(first.rawSpan.extracting(first: count)), isLooping: isLooping)
    }

    /// Opens what begins with `kind`, which in a pipe is not WebM; `seen` was read from it to tell.
    static func open(
        _ descriptor: consuming Descriptor, _ kind: MediaKind?, seen: [UInt8] = [], isLooping: Bool = false
    ) throws(MediaFileError) -> MediaSource {
        switch kind {
        case .wav: return .sound(AudioSource(try WAVStream(descriptor, isLooping: isLooping, seen: seen)))
        case .y4m:
            return .pictures(VideoSource(try Y4MReader(MediaInput(descriptor, seen: seen), isLooping: isLooping)))
        case .ivf:
            return .encoded(EncodedSource(try IVFReader(MediaInput(descriptor, seen: seen), isLooping: isLooping)))
        case .webm: return try openWebM(descriptor, isLooping: isLooping)
        case nil: throw unknown
        }
    }

    /// A file is read twice when it has both tracks: each thread reads at the pace of its frames.
    private static func openWebM(
        _ descriptor: consuming Descriptor, isLooping: Bool
    ) throws(MediaFileError) -> MediaSource {
        let other: Descriptor
        do throws(SystemError) { other = try descriptor.duplicate() } catch { throw .system(error) }
        let reader = try WebMReader(MediaInput(descriptor), isLooping: isLooping)
        guard reader.tracks?.audio != nil, reader.tracks?.video != nil else { return MediaSource(reader) }
        let second = try WebMReader(MediaInput(other), isLooping: isLooping)
        return MediaSource(reader, sound: AudioSource(packets: EncodedSource(second)))
    }

    /// What a reader that has read its first frame gives: sound alone is a source of sound.
    init(_ reader: WebMReader, sound: AudioSource? = nil) {
        self =
            reader.tracks?.video == nil
            ? .sound(AudioSource(packets: EncodedSource(reader))) : .encoded(EncodedSource(reader, sound: sound))
    }

    /// What of it is not played, for people; nil when all is, or nothing is known yet.
    public var omission: String? {
        switch self {
        case .sound(let source): source.packets?.omission
        case .encoded(let source): source.omission
        case .pictures, .pipe: nil
        }
    }

    static let unknown = MediaFileError.data("it is neither WAV, Y4M, IVF nor WebM by its first bytes")
}
