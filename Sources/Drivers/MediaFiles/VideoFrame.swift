internal import CYUV

/// A raw picture, I420: a luma plane and two chroma planes behind one another without gaps, in one block of memory that
/// is used again for the next picture.
///
/// Owned by one thread at a time. Memory is taken only when a frame becomes larger than it ever was; so a ring of frames
/// that are filled and handed on again and again takes none.
@safe
public final class VideoFrame: @unchecked Sendable {  // handed from thread to thread, never shared
    /// Width and height.
    public private(set) var size: FrameSize
    /// When it is shown, since the beginning of its source; or whatever its maker counts.
    public var time: Duration = .zero
    private var memory: UnsafeMutableRawPointer
    private var capacity: Int

    /// The planes as C libraries want them: pointers and bytes from row to row.
    @safe
    public struct Planes {
        /// Luma, and the two chroma planes.
        public let y: UnsafeMutablePointer<UInt8>, u: UnsafeMutablePointer<UInt8>, v: UnsafeMutablePointer<UInt8>
        /// Bytes from one row of luma, or of chroma, to the next.
        public let lumaStride: Int, chromaStride: Int

        /// Planes that stand anywhere. They must hold as many rows as the size that goes with them says.
        @unsafe
        public init(
            y: UnsafeMutablePointer<UInt8>, u: UnsafeMutablePointer<UInt8>, v: UnsafeMutablePointer<UInt8>,
            lumaStride: Int, chromaStride: Int
        ) {
            unsafe (self.y, self.u, self.v) = (y, u, v)
            (self.lumaStride, self.chromaStride) = (lumaStride, chromaStride)
        }
    }

    /// A black frame.
    public init(_ size: FrameSize) {
        self.size = size
        capacity = size.byteCount
        unsafe memory = .allocate(byteCount: capacity, alignment: Self.alignment)
        fillBlack()
    }

    deinit { unsafe memory.deallocate() }

    /// Makes room for a picture of `size`; what is in it then is undefined, but never memory that was not a picture.
    public func reshape(to size: FrameSize) {
        guard size != self.size else { return }
        self.size = size
        guard size.byteCount > capacity else { return }
        unsafe memory.deallocate()
        capacity = size.byteCount
        unsafe memory = .allocate(byteCount: capacity, alignment: Self.alignment)
        fillBlack()
    }

    /// Exchanges the pictures, times and memories of two frames.
    public func swap(with other: VideoFrame) {
        Swift.swap(&size, &other.size)
        Swift.swap(&time, &other.time)
        unsafe Swift.swap(&memory, &other.memory)
        Swift.swap(&capacity, &other.capacity)
    }

    /// Lends all planes as bytes: luma, then the two of chroma, row by row.
    public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe body(RawSpan(_unsafeStart: memory, byteCount: size.byteCount))
    }

    /// Lends all planes for change in place.
    public func withMutableBytes<R, E: Error>(_ body: (inout MutableRawSpan) throws(E) -> R) throws(E) -> R {
        var span = unsafe MutableRawSpan(_unsafeStart: memory, byteCount: size.byteCount)
        return try body(&span)
    }

    /// Lends the planes to a C library. The pointers are valid until `body` returns.
    public func withPlanes<R, E: Error>(_ body: (Planes) throws(E) -> R) throws(E) -> R {
        let luma = unsafe memory.assumingMemoryBound(to: UInt8.self)
        let planes = unsafe Planes(
            y: luma, u: luma + size.lumaByteCount, v: luma + size.lumaByteCount + size.chromaByteCount,
            lumaStride: size.width, chromaStride: size.chromaWidth)
        return try body(planes)
    }

    /// Copies a picture that stands elsewhere, such as in a decoder, and takes its size.
    @unsafe
    public func copy(_ source: Planes, _ size: FrameSize) {
        reshape(to: size)
        withPlanes { own in
            _ = unsafe I420Copy(
                source.y, Int32(source.lumaStride), source.u, Int32(source.chromaStride), source.v,
                Int32(source.chromaStride), own.y, Int32(own.lumaStride), own.u, Int32(own.chromaStride), own.v,
                Int32(own.chromaStride), Int32(size.width), Int32(size.height))
        }
    }

    /// Scales the picture of `source` to the size that this frame has.
    public func scale(_ source: VideoFrame) {
        time = source.time
        source.withPlanes { from in
            withPlanes { own in
                _ = unsafe I420Scale(
                    from.y, Int32(from.lumaStride), from.u, Int32(from.chromaStride), from.v,
                    Int32(from.chromaStride), Int32(source.size.width), Int32(source.size.height), own.y,
                    Int32(own.lumaStride), own.u, Int32(own.chromaStride), own.v, Int32(own.chromaStride),
                    Int32(size.width), Int32(size.height), kFilterBox)
            }
        }
    }

    private static let alignment = 64

    private func fillBlack() {
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 16, count: size.lumaByteCount)
        unsafe (memory + size.lumaByteCount).initializeMemory(
            as: UInt8.self, repeating: 128, count: size.byteCount - size.lumaByteCount)
    }
}
