internal import Basics
internal import MediaURIs
internal import Platform

/// A pipe whose first bytes have not come yet: they tell what it gives.
///
/// Made on any thread, then used by one thread only.
public final class PipeSource: @unchecked Sendable {  // owned by the media thread from its first `tell` on
    /// What came of asking.
    public enum Outcome: Sendable {
        /// Nothing has come yet; `pollDescriptor` tells when it has.
        case notNow
        /// What it is. From now on that is read, and this object tells nothing more.
        case told(MediaSource)
        /// There will be nothing, because something is wrong.
        case failed(MediaFileError)
    }

    private var descriptor: Descriptor?
    private var seen = [UInt8](repeating: 0, count: MediaKind.byteCount)
    private var count = 0
    private var failure: MediaFileError?

    init(_ descriptor: consuming Descriptor) {
        pollDescriptor = descriptor.rawValue
        self.descriptor = consume descriptor
    }

    /// The number to poll while `tell` answers `.notNow`.
    public let pollDescriptor: Int32

    /// Reads as many bytes as are needed to tell, and no more. Precondition: it has not told before.
    public func tell() -> Outcome {
        if let failure { return .failed(failure) }
        guard let descriptor = descriptor.take() else { preconditionFailure("it has told what it is") }
        do throws(MediaFileError) {
            guard try readHead(descriptor) else {
                self.descriptor = consume descriptor
                return .notNow
            }
            return .told(try MediaSource.open(descriptor, MediaKind(seen.rawSpan), seen: seen))
        } catch {
            failure = error
            return .failed(error)
        }
    }

    /// False: not all has come yet.
    private func readHead(_ descriptor: borrowing Descriptor) throws(MediaFileError) -> Bool {
        while count < MediaKind.byteCount {
            switch descriptor.readAvailable(into: &seen, count..<MediaKind.byteCount) {
            case .bytes(let more): count += more
            case .notNow: return false
            case .failed(let error): throw .system(error)
            case .end where count == 0: throw .data("it is empty")
            case .end: throw MediaSource.unknown
            }
        }
        return true
    }
}
