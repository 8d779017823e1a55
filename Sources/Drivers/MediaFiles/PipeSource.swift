internal import Basics
internal import MediaURIs
internal import Platform

/// A pipe whose first bytes have not come yet: they tell what it gives. Of WebM the first frame must have come, since
/// the tracks stand in front of it.
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
    /// Reads what turned out to be WebM.
    private var reader: WebMReader?
    private var seen = [UInt8](repeating: 0, count: MediaKind.byteCount)
    private var count = 0
    private var failure: MediaFileError?

    init(_ descriptor: consuming Descriptor) {
        pollDescriptor = descriptor.rawValue
        self.descriptor = consume descriptor
    }

    /// The number to poll while `tell` answers `.notNow`.
    public let pollDescriptor: Int32

    /// Reads as far as is needed to tell. Precondition: it has not told before.
    public func tell() -> Outcome {
        if let failure { return .failed(failure) }
        do throws(MediaFileError) {
            if reader == nil, let source = try begin() { return .told(source) }
            guard let reader, let source = try Self.source(reader) else { return .notNow }
            self.reader = nil
            return .told(source)
        } catch {
            failure = error
            return .failed(error)
        }
    }

    /// What it is by its first bytes; nil: not yet, or there is a reader now that says it.
    private func begin() throws(MediaFileError) -> MediaSource? {
        guard let descriptor = descriptor.take() else { preconditionFailure("it has told what it is") }
        guard try readHead(descriptor) else {
            self.descriptor = consume descriptor
            return nil
        }
        let kind = MediaKind(seen.rawSpan)
        guard kind == .webm else { return try MediaSource.open(descriptor, kind, seen: seen) }
        reader = try WebMReader(MediaInput(descriptor, seen: seen), isLooping: false)
        return nil
    }

    /// What WebM has; nil: not yet.
    private static func source(_ reader: WebMReader) throws(MediaFileError) -> MediaSource? {
        switch reader.readFirst() {
        case .frame: MediaSource(reader)
        case .notNow: nil
        case .failed(let error): throw error
        case .ended: preconditionFailure("what ends without a frame fails")
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
