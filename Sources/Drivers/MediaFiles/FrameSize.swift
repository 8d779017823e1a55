/// Width and height of a picture: 8 bits a sample, one chroma sample of each kind for four of luma (I420).
///
/// No side is longer than 4,096, and there are no more luma samples than H.264's level 5.1 allows, which is a little
/// more than "4K": a frame then takes at most 14 MB, however a file or a peer lies.
public struct FrameSize: Hashable, Sendable {
    /// Luma samples of a row, and rows.
    public let width: Int, height: Int

    /// The longest side.
    public static let longestSide = 4_096
    /// The most luma samples.
    public static let mostSamples = 36_864 * 256

    /// A size inside the bounds; nil otherwise.
    public init?(width: Int, height: Int) {
        let sides = 1...Self.longestSide
        guard sides.contains(width), sides.contains(height), width * height <= Self.mostSamples else { return nil }
        self.width = width
        self.height = height
    }

    /// The same, with the reason why not.
    init(checking width: Int, _ height: Int) throws(MediaFileError) {
        guard let size = FrameSize(width: width, height: height) else {
            throw .data("pictures of \(width)x\(height); allowed: sides from 1 to 4096, up to 9,437,184 samples")
        }
        self = size
    }

    /// Chroma samples of a row: half of an odd width is rounded up.
    public var chromaWidth: Int { (width + 1) / 2 }
    /// Rows of chroma samples.
    public var chromaHeight: Int { (height + 1) / 2 }
    /// Bytes of the luma plane.
    public var lumaByteCount: Int { width * height }
    /// Bytes of one chroma plane.
    public var chromaByteCount: Int { chromaWidth * chromaHeight }
    /// Bytes of a frame.
    public var byteCount: Int { lumaByteCount + 2 * chromaByteCount }
}

extension FrameSize: CustomStringConvertible {
    /// `640x360`.
    public var description: String { "\(width)x\(height)" }
}
