internal import Basics

/// The whole entries of a log, read bundle by bundle until one is missing, short or torn.
struct EntryBundles {
    /// Entries that were read.
    private(set) var count = 0
    /// Bundles that were read, the last perhaps in part.
    private(set) var bundleCount = 0
    /// Bytes of whole entries in the last bundle.
    private(set) var lastByteCount = 0
    /// Bytes behind them: of a torn entry, or garbage.
    private(set) var trailingByteCount = 0

    /// Reads the log from bundle `first` on, giving each entry to `body`, while the next bundle is wanted.
    init(
        _ reader: some JournalReader, from first: Int = 0, while isWanted: () -> Bool = { true },
        _ body: (_ sequence: Int, _ entry: RawSpan) throws(VerificationFailure) -> Void
    ) throws(VerificationFailure) {
        (bundleCount, count) = (first, first * Tile.width)
        while isWanted(), trailingByteCount == 0, count == bundleCount * Tile.width,
            let bundle = try reader.file(Tile.entriesPath(bundleCount))
        {
            bundleCount += 1
            lastByteCount = 0
            var rest = ByteReader(bundle.rawSpan)
            while count < bundleCount * Tile.width, let entry = Self.next(from: &rest) {
                try body(count, entry)
                count += 1
                lastByteCount += 2 + entry.byteCount
            }
            trailingByteCount = bundle.count - lastByteCount
        }
    }

    @_lifetime(copy reader)
    private static func next(from reader: inout ByteReader) -> RawSpan? {
        var ahead = reader
        guard let count = try? ahead.bigEndian(UInt16.self), let entry = try? ahead.take(Int(count)) else { return nil }
        reader = ahead
        return entry
    }
}
