internal import Basics
internal import Platform

/// A pipe whose first bytes have not come yet: they tell what it gives.
///
/// Made on any thread, then used by one thread only.
public final class PipeSource: @unchecked Sendable {  // owned by the media thread from its first `tell` on
    /// What came of asking.
    public enum Outcome: Sendable {
        /// Nothing has come yet; `pollDescriptor` tells when it has.
        case notNow
        /// What it is. This object is of no use any more.
        case told(MediaSource)
        /// There will be nothing, because something is wrong.
        case failed(MediaFileError)
    }

    private var descriptor: Descriptor?
    private var seen = [UInt8](repeating: 0, count: MediaKind.byteCount)
    private var count = 0

    init(_ descriptor: consuming Descriptor) {
        pollDescriptor = descriptor.rawValue
        self.descriptor = consume descriptor
    }

    /// The number to poll while `tell` answers `.notNow`.
    public let pollDescriptor: Int32

    /// Reads as many bytes as are needed to tell, and no more. Precondition: it has not told before.
    public func tell() -> Outcome {
        guard let descriptor = descriptor.take() else { preconditionFailure("it has told what it is") }
        while count < MediaKind.byteCount {
            switch descriptor.readAvailable(into: &seen, count..<MediaKind.byteCount) {
            case .bytes(let more): count += more
            case .notNow:
                self.descriptor = consume descriptor
                return .notNow
            case .failed(let error): return .failed(.system(error))
            case .end where count == 0: return .failed(.data("it is empty"))
            case .end: return .failed(.data("it is neither WAV, Y4M, IVF nor WebM by its first bytes"))
            }
        }
        do { return .told(try MediaSource.open(descriptor, MediaKind(seen.rawSpan), seen: seen)) } catch {
            return .failed(error)
        }
    }
}
