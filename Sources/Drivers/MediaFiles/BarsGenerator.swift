internal import Basics
internal import Platform

/// `test:bars`: colour bars that walk to the left, a white square that falls and rises, and a stamp at the foot of each
/// frame by which a receiver can tell which frame it sees and how old it is.
struct BarsGenerator: Sendable {
    /// What `test:bars` is without being told otherwise.
    static let usualSize = FrameSize(width: 640, height: 360), usualRate = FrameRate.thirty

    let size: FrameSize
    let rate: FrameRate
    private var number = 0
    /// Two periods of a row, so that any part of it as wide as the picture is in one piece.
    private var luma: [UInt8] = [], blue: [UInt8] = [], red: [UInt8] = []
    private let period: Int

    /// White, yellow, cyan, green, magenta, red, blue, black of three quarters' brightness (BT.601): Y, Cb, Cr.
    private static let colours: [(UInt8, UInt8, UInt8)] = [
        (180, 128, 128), (162, 44, 142), (131, 156, 44), (112, 72, 58), (84, 184, 198), (65, 100, 212), (35, 212, 114),
        (16, 128, 128),
    ]

    /// Precondition: the size can carry a stamp.
    init(_ size: FrameSize, _ rate: FrameRate) {
        precondition(size.width >= FrameStamp.smallest.width && size.height >= FrameStamp.smallest.height)
        (self.size, self.rate) = (size, rate)
        period = 2 * size.chromaWidth
        for column in 0..<2 * period {
            let colour = Self.colours[column % period * Self.colours.count / period]
            luma.append(colour.0)
            guard column % 2 == 0 else { continue }
            blue.append(colour.1)
            red.append(colour.2)
        }
    }

    /// Draws the next frame, made at `moment` of any clock.
    mutating func draw(into frame: VideoFrame, madeAt moment: Duration) {
        frame.reshape(to: size)
        frame.time = rate.time(of: number)
        let shift = 2 * number % period
        frame.withMutableBytes { bytes in
            fill(&bytes, at: 0, luma, from: shift, width: size.width, height: size.height)
            for (index, row) in [blue, red].enumerated() {
                fill(
                    &bytes, at: size.lumaByteCount + index * size.chromaByteCount, row, from: shift / 2,
                    width: size.chromaWidth, height: size.chromaHeight)
            }
            drawSquare(&bytes)
        }
        FrameStamp(number: number, time: moment).draw(into: frame)
        number += 1
    }

    private func fill(
        _ bytes: inout MutableRawSpan, at offset: Int, _ row: [UInt8], from first: Int, width: Int, height: Int
    ) {
        let part = row.rawSpan.extracting(first..<first + width)
        for line in 0..<height { bytes.write(part, at: offset + line * width) }
    }

    /// It takes two seconds to fall to the band of the stamp and to rise again.
    private func drawSquare(_ bytes: inout MutableRawSpan) {
        let side = size.height / 8, room = size.height * 3 / 4 - side, half = max(1, rate.numerator / rate.denominator)
        let phase = number % (2 * half), top = room * (phase < half ? phase : 2 * half - phase) / half
        for row in top..<top + side {
            for column in 0..<side {
                bytes.storeBytes(of: 235, toByteOffset: row * size.width + size.width / 2 + column, as: UInt8.self)
            }
        }
    }
}
