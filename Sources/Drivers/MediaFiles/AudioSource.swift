public import Platform

/// Sound from outside: mono samples from -1 to 1 at the source's own rate, read piece by piece without waiting.
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
    }

    /// Whether it is read as bytes come, not when they are due.
    public let isLive: Bool
    private var supply: Supply

    private init(_ supply: Supply, isLive: Bool) {
        self.supply = supply
        self.isLive = isLive
    }

    /// Opens the source `uri`. The header of a file is read and judged here; of a pipe nothing is read yet.
    ///
    /// Precondition: `descriptor` is given when `uri.needsDescriptor`.
    public static func open(_ uri: SourceURI, _ descriptor: consuming Descriptor?) throws(MediaFileError) -> AudioSource
    {
        switch uri.kind {
        case .tone: return AudioSource(.tone(ToneGenerator()), isLive: false)
        case .speech: return AudioSource(.speech(SpeechGenerator()), isLive: false)
        case .file, .pipe:
            guard let descriptor else { preconditionFailure("the source needs a descriptor") }
            let stream = try WAVStream(descriptor, isLooping: uri.isLooping)
            return AudioSource(.wav(stream), isLive: !stream.isFile)
        }
    }

    /// The number to poll while `read` answers `.notNow`; nil when it never does.
    public var pollDescriptor: Int32? {
        switch supply {
        case .wav(let stream): isLive ? stream.pollDescriptor : nil
        case .tone, .speech: nil
        }
    }

    /// Samples a second; nil until a pipe has told it.
    public var rate: Int? {
        switch supply {
        case .wav(let stream): stream.format?.rate
        case .tone: ToneGenerator.rate
        case .speech: SpeechGenerator.rate
        }
    }

    /// Reads samples into the front of `samples`, as many as there are now. The first `.samples` may carry fewer than
    /// there is room for; `rate` is known from then on. Precondition: there is room for one.
    public func read(into samples: inout MutableSpan<Float>) -> Outcome {
        precondition(!samples.isEmpty)
        switch supply {
        case .wav(let stream): return stream.read(into: &samples)
        case .tone(var tone):
            tone.fill(&samples)
            supply = .tone(tone)
            return .samples(samples.count)
        case .speech(var speech):
            speech.fill(&samples)
            supply = .speech(speech)
            return .samples(samples.count)
        }
    }
}
