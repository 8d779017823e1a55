import Basics

/// What a frame of `test:bars` says of itself, in a band at its foot that machines can read: its number, when it was made,
/// and a checksum, so that a reader sees a stamp as it was written or sees none.
///
/// The band is the lowest fifth of the picture: four rows of 24 fields, dark for 0 and bright for 1, row by row, each number
/// with its highest bit first. Fields are read by the mean of their middle, so the stamp survives strong compression and
/// scaling: at 320x180 a field has 13 x 9 samples.
///
/// ```
/// 24 number | 40 time in 100 µs | 32 CRC-32 of the eight bytes before
/// ```
public struct FrameStamp: Equatable, Sendable {
    /// Which frame it is, from 0; of it 24 bits are kept.
    public let number: Int
    /// When it was made, on the maker's clock, in whole steps of 100 µs; of it 40 bits are kept, which is three years.
    public let time: Duration

    private static let columns = 24, rows = 4
    /// The band begins at 16/20 of the height, and a row is 1/20.
    private static let firstRow = 16, rowsOfPicture = 20
    private static let dark: UInt8 = 40, bright: UInt8 = 216
    /// Less contrast than this is no stamp.
    private static let leastContrast = 32
    /// The smallest picture that can carry a stamp.
    static let smallest = (width: 2 * columns, height: 2 * rowsOfPicture)

    /// A stamp for frame `number` that was made at `time`.
    public init(number: Int, time: Duration) {
        self.number = number & 0xFF_FFFF
        self.time = Self.duration(steps: UInt64(bitPattern: time.nanoseconds / 100_000) & 0xFF_FFFF_FFFF)
    }

    /// Reads the stamp of a picture of any size; nil when there is none, or not a whole one.
    public init?(reading frame: VideoFrame) {
        let size = frame.size
        guard size.width >= Self.columns, size.height >= Self.rowsOfPicture else { return nil }
        var means = InlineArray<96, Int>(repeating: 0)
        frame.withBytes { bytes in
            for index in 0..<means.count { means[index] = Self.mean(of: index, bytes, size) }
        }
        var lowest = Int.max, highest = 0
        for index in 0..<means.count {
            lowest = min(lowest, means[index])
            highest = max(highest, means[index])
        }
        guard highest - lowest >= Self.leastContrast else { return nil }
        var word: UInt64 = 0, check: UInt32 = 0
        for index in 0..<means.count {
            let bit = 2 * means[index] > lowest + highest
            if index < 64 { word = word << 1 | (bit ? 1 : 0) } else { check = check << 1 | (bit ? 1 : 0) }
        }
        guard check == Self.check(of: word) else { return nil }
        number = Int(word >> 40)
        time = Self.duration(steps: word & 0xFF_FFFF_FFFF)
    }

    /// How much later than the stamp `moment` of the same clock is, when that is less than three years.
    public func age(at moment: Duration) -> Duration {
        let steps = UInt64(bitPattern: moment.nanoseconds / 100_000) &- UInt64(time.nanoseconds / 100_000)
        return Self.duration(steps: steps & 0xFF_FFFF_FFFF)
    }

    /// Draws the band into a picture. Precondition: it is not smaller than `smallest`.
    func draw(into frame: VideoFrame) {
        let size = frame.size
        precondition(size.width >= Self.smallest.width && size.height >= Self.smallest.height)
        let word = UInt64(number) << 40 | UInt64(time.nanoseconds / 100_000), check = Self.check(of: word)
        frame.withMutableBytes { bytes in
            unsafe bytes.withUnsafeMutableBytes { bytes in
                for index in 0..<Self.columns * Self.rows {
                    let bit = index < 64 ? word >> UInt64(63 - index) & 1 : UInt64(check >> UInt32(95 - index) & 1)
                    let (columns, rows) = Self.field(index, size)
                    for row in rows {
                        let start = row * size.width
                        unsafe Self.fill(
                            bytes, start + columns.lowerBound..<start + columns.upperBound,
                            bit == 1 ? Self.bright : Self.dark)
                    }
                }
                // No colour in the band.
                let first = size.height * Self.firstRow / Self.rowsOfPicture / 2 * size.chromaWidth
                for plane in 0..<2 {
                    let start = size.lumaByteCount + plane * size.chromaByteCount
                    unsafe Self.fill(bytes, start + first..<start + size.chromaByteCount, 128)
                }
            }
        }
    }

    private static func fill(_ bytes: UnsafeMutableRawBufferPointer, _ range: Range<Int>, _ value: UInt8) {
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[range]).initializeMemory(as: UInt8.self, repeating: value)
    }

    /// The columns and rows of a field.
    private static func field(_ index: Int, _ size: FrameSize) -> (columns: Range<Int>, rows: Range<Int>) {
        let column = index % columns, row = firstRow + index / columns
        return (
            size.width * column / columns..<size.width * (column + 1) / columns,
            size.height * row / rowsOfPicture..<size.height * (row + 1) / rowsOfPicture
        )
    }

    private static func mean(of index: Int, _ bytes: RawSpan, _ size: FrameSize) -> Int {
        let field = field(index, size)
        let columns = field.columns.middle, rows = field.rows.middle
        var sum = 0
        for row in rows { for column in columns { sum += Int(bytes.byte(at: row * size.width + column)) } }
        return sum / (columns.count * rows.count)
    }

    private static func duration(steps: UInt64) -> Duration { .microseconds(Int64(steps) * 100) }

    /// CRC-32 as in Ethernet and zip.
    private static func check(of word: UInt64) -> UInt32 {
        var check: UInt32 = 0xFFFF_FFFF
        for shift in stride(from: 56, through: 0, by: -8) {
            check ^= UInt32(truncatingIfNeeded: word >> UInt64(shift)) & 0xFF
            for _ in 0..<8 { check = check & 1 == 1 ? check >> 1 ^ 0xEDB8_8320 : check >> 1 }
        }
        return ~check
    }
}

extension Range<Int> {
    /// The half in the middle, at least one. Precondition: it is not empty.
    fileprivate var middle: Range<Int> {
        let margin = count / 4
        return lowerBound + margin..<upperBound - margin
    }
}
