internal import Glibc
internal import MediaURIs
internal import Platform

/// The folder of a `dir:` sink: each participant gets files of its own, which are new and have no other name's link behind
/// them.
public final class SinkFolder: Sendable {
    private let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) throws(MediaFileError) {
        do throws(SystemError) {
            guard try descriptor.kind() == .directory else { throw .isNotDirectory }
        } catch { throw .system(error) }
        self.descriptor = descriptor
    }

    /// What a listener hears of one participant: `name.wav`.
    public func soundSink(named name: String) throws(MediaFileError) -> AudioSink {
        AudioSink(try WAVWriter(create(name, .wav)))
    }

    /// What one participant sent, as it came: `name.webm`.
    public func encodedSink(
        named name: String, tracks: Set<EncodedFrame.Track>
    ) throws(MediaFileError) -> EncodedSink {
        EncodedSink(try WebMWriter(create(name, .webm), tracks: tracks))
    }

    /// A new file `name.kind`, or `name-2.kind` and so on if there is one.
    ///
    /// `name` comes from a hash, never from the participant: letters, digits and hyphens.
    private func create(_ name: String, _ kind: MediaKind) throws(MediaFileError) -> Descriptor {
        precondition(!name.isEmpty && name.utf8.allSatisfy(Self.isPlain))
        var number = 1
        while true {
            do throws(SystemError) {
                let file = number == 1 ? "\(name).\(kind.rawValue)" : "\(name)-\(number).\(kind.rawValue)"
                return try descriptor.open(at: file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
            } catch {
                guard error.isPresent, number < 99 else { throw .system(error) }
            }
            number += 1
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
