public import MediaURIs
public import Platform

/// Sound from outside: mono samples from -1 to 1 at the source's own rate, read piece by piece without waiting.
///
/// Of WebM it gives `packets`, which the reader decodes.
///
/// Made on any thread, then used by one thread only. Nothing is read from a pipe before the first `read`.
public final class AudioSource: @unchecked Sendable {  // owned by the media thread from its first `read` on
    /// What came of reading.
    public enum Outcome: Equatable, Sendable {
        /// So many samples, at least one.
        case samples(Int)
        /// A pipe has nothing now; `pollDescriptor` tells when it has.
        case notNow
        /// There will be no more.
        case ended
        /// There will be no more, because something is wrong.
        case failed(MediaFileError)
    }

    private enum Supply {
        case wav(WAVStream)
        case tone(ToneGenerator)
        case speech(SpeechGenerator)
        case packets(EncodedSource)
    }

    /// Whether it is read as bytes come, not when they are due.
    public let isLive: Bool
    private var supply: Supply

    private init(_ supply: Supply, isLive: Bool) {
        self.supply = supply
        self.isLive = isLive
    }

    convenience init(_ stream: WAVStream) { self.init(.wav(stream), isLive: !stream.isFile) }

    /// Of these frames the sound.
    convenience init(packets: EncodedSource) { self.init(.packets(packets), isLive: packets.isLive) }

    /// Opens the source `uri`. The header of a file is read and judged here; of a pipe nothing is read yet.
    ///
    /// Precondition: `descriptor` is given when `uri.needsDescriptor`.
    public static func open(_ uri: SourceURI, _ descriptor: consuming Descriptor?) throws(MediaFileError) -> AudioSource
    {
        switch uri.kind {
        case .tone: return AudioSource(.tone(ToneGenerator()), isLive: false)
        case .speech: return AudioSource(.speech(SpeechGenerator()), isLive: false)
        case .bars: throw .data("it has no sound")
        case .file, .pipe:
            guard let descriptor else { preconditionFailure("the source needs a descriptor") }
            return AudioSource(try WAVStream(descriptor, isLooping: uri.isLooping))
        }
    }

    /// The number to poll while `read` answers `.notNow`; nil when it never does.
    public var pollDescriptor: Int32? {
        switch supply {
        case .wav(let stream): stream.pollDescriptor
        case .packets(let source): source.pollDescriptor
        case .tone, .speech: nil
        }
    }

    /// Samples a second; nil until a pipe has told it.
    public var rate: Int? {
        switch supply {
        case .wav(let stream): stream.format?.rate
        case .tone: ToneGenerator.rate
        case .speech: SpeechGenerator.rate
        case .packets: 48_000
        }
    }

    /// Frames as a codec made them, among them pictures, in place of samples: to be read and decoded by whoever would call
    /// `read`. Nil when there are samples.
    public var packets: EncodedSource? {
        switch supply {
        case .packets(let source): source
        case .wav, .tone, .speech: nil
        }
    }

    /// Reads samples into the front of `samples`: as many as there are now, up to `limit`. `rate` is known with the
    /// first ones. Precondition: `limit` is at least 1, there is room for so many, and `packets` is nil.
    public func read(into samples: inout MutableSpan<Float>, atMost limit: Int) -> Outcome {
        precondition(limit > 0 && limit <= samples.count)
        switch supply {
        case .wav(let stream): return stream.read(into: &samples, atMost: limit)
        case .tone(var tone):
            for index in 0..<limit { samples[index] = tone.next() }
            supply = .tone(tone)
        case .speech(var speech):
            for index in 0..<limit { samples[index] = speech.next() }
            supply = .speech(speech)
        case .packets: preconditionFailure("packets are not samples")
        }
        return .samples(limit)
    }
}
