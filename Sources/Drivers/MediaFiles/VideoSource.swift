internal import Basics
internal import Platform

/// Raw pictures from outside, read frame by frame without waiting.
///
/// Made on any thread, then used by one thread only. Nothing is read from a pipe before the first `read`.
public final class VideoSource: @unchecked Sendable {  // owned by the media thread from its first `read` on
    private enum Supply {
        case y4m(Y4MReader)
        case bars(BarsGenerator)
    }

    private var supply: Supply

    private init(_ supply: Supply) { self.supply = supply }

    convenience init(_ reader: Y4MReader) { self.init(.y4m(reader)) }

    /// `test:bars`. Each frame is stamped with the moment at which it was read, of the monotonic clock that all processes
    /// of a machine share. Precondition: at least 48x40.
    public static func bars(_ size: FrameSize? = nil, _ rate: FrameRate? = nil) -> VideoSource {
        guard let size = size ?? BarsGenerator.usualSize else { preconditionFailure("640x360 is a size") }
        return VideoSource(.bars(BarsGenerator(size, rate ?? BarsGenerator.usualRate)))
    }

    /// Whether it is read as bytes come, not when they are due.
    public var isLive: Bool { pollDescriptor != nil }

    /// The number to poll while `read` answers `.notNow`; nil when it never does.
    public var pollDescriptor: Int32? {
        switch supply {
        case .y4m(let reader): reader.pollDescriptor
        case .bars: nil
        }
    }

    /// Width and height; nil until a pipe has told it.
    public var size: FrameSize? {
        switch supply {
        case .y4m(let reader): reader.header?.size
        case .bars(let bars): bars.size
        }
    }

    /// Frames a second; nil until a pipe has told it.
    public var rate: FrameRate? {
        switch supply {
        case .y4m(let reader): reader.header?.rate
        case .bars(let bars): bars.rate
        }
    }

    /// Reads the next frame into `frame`, which takes its size, and its time since the beginning.
    public func read(into frame: VideoFrame) -> ReadOutcome {
        switch supply {
        case .y4m(let reader): return reader.read(into: frame)
        case .bars(var bars):
            bars.draw(into: frame, madeAt: MonotonicClock.now - Instant.zero)
            supply = .bars(bars)
            return .frame
        }
    }
}
