internal import Glibc
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
        case directory(Folder)
        case null
    }

    /// The most samples of one write: 20 ms.
    public static let longestWrite = 960

    private let target: Target

    private init(_ target: Target) { self.target = target }

    /// Opens the sink `uri`; a file is emptied. Precondition: `descriptor` is given when `uri.needsDescriptor`.
    public static func open(_ uri: SinkURI, _ descriptor: consuming Descriptor?) throws(MediaFileError) -> AudioSink {
        guard uri.kind != .null else { return AudioSink(.null) }
        guard let descriptor else { preconditionFailure("the sink needs a descriptor") }
        do throws(SystemError) {
            switch uri.kind {
            case .directory:
                guard try descriptor.kind() == .directory else { throw .isNotDirectory }
                return AudioSink(.directory(Folder(descriptor)))
            case .file, .pipe, .null: return AudioSink(.wav(try WAVWriter(descriptor)))
            }
        } catch { throw .system(error) }
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
        precondition(!name.isEmpty && name.utf8.allSatisfy(Self.isPlain))
        guard case .directory(let folder) = target else { preconditionFailure("not a dir: sink") }
        var number = 1
        while true {
            do throws(SystemError) {
                return AudioSink(
                    .wav(try WAVWriter(folder.create(number == 1 ? "\(name).wav" : "\(name)-\(number).wav"))))
            } catch {
                guard error.isPresent, number < 99 else { throw .system(error) }
            }
            number += 1
        }
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

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// A folder that files are made in.
private final class Folder {
    private let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Makes a file of this name; never replaces one, never follows a link.
    func create(_ name: String) throws(SystemError) -> Descriptor {
        try descriptor.open(at: name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
    }
}
