public import MediaURIs
public import Platform

/// Where sound goes to: 48 kHz, one channel, 16 bits, written without waiting.
///
/// Made on any thread, then used by one thread only.
public final class AudioSink: @unchecked Sendable {  // owned by the media thread from its first `write` on
    /// What came of writing.
    public enum Outcome: Equatable, Sendable {
        /// Taken.
        case written
        /// A slow reader left no room: these samples are left out.
        case full
        /// Nothing will ever be written again.
        case failed(MediaFileError)
    }

    private enum Target {
        case wav(WAVWriter)
        case directory(SinkFolder)
        case null
    }

    /// The most samples of one write: 20 ms.
    public static let longestWrite = 960

    private let target: Target

    private init(_ target: Target) { self.target = target }

    convenience init(_ writer: WAVWriter) { self.init(.wav(writer)) }

    /// Each participant's sound to a file of its own.
    public convenience init(_ folder: SinkFolder) { self.init(.directory(folder)) }

    /// Opens the sink `uri`; a file is emptied. Precondition: `descriptor` is given when `uri.needsDescriptor`.
    public static func open(_ uri: SinkURI, _ descriptor: consuming Descriptor?) throws(MediaFileError) -> AudioSink {
        switch try MediaSink.open(uri, descriptor) {
        case .sound(let sink): return sink
        case .folder(let folder): return AudioSink(folder)
        case .null: return AudioSink(.null)
        case .pictures, .encoded: throw .data("this version writes sound only; allowed: wav")
        }
    }

    /// Whether each participant gets a sink of its own by `participantSink`; nothing is written to this one then.
    public var isPerParticipant: Bool {
        switch target {
        case .directory: true
        case .wav, .null: false
        }
    }

    /// The sink of one participant in a `dir:` sink: a new file `name.wav`, or `name-2.wav` and so on if there is one.
    ///
    /// `name` comes from a hash, never from the participant: letters, digits and hyphens.
    public func participantSink(named name: String) throws(MediaFileError) -> AudioSink {
        guard case .directory(let folder) = target else { preconditionFailure("not a dir: sink") }
        return try folder.soundSink(named: name)
    }

    /// Writes `samples`, at most `longestWrite`, in one act.
    public func write(_ samples: Span<Int16>) -> Outcome {
        precondition(samples.count <= Self.longestWrite)
        switch target {
        case .wav(let writer): return writer.write(samples)
        case .directory, .null: return .written
        }
    }

    /// Nothing more will be written: the file is as it should be at its end.
    public func finish() -> Outcome {
        switch target {
        case .wav(let writer): writer.finish()
        case .directory, .null: .written
        }
    }
}
