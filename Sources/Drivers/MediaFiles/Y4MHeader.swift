import Basics

/// The first line of a YUV4MPEG2 stream (mjpegtools' yuv4mpeg(5)).
///
/// ```
/// YUV4MPEG2 W640 H360 F30:1 Ip A1:1 C420jpeg XYSCSS=420JPEG
/// ```
struct Y4MHeader: Equatable, Sendable {
    /// How the chroma samples stand to those of luma; always 8 bits.
    enum Chroma: Equatable, Sendable { case i420, i422, i444, grey }

    let size: FrameSize
    let rate: FrameRate
    let chroma: Chroma

    /// The longest line, of the stream or of a frame. Real ones have less than 100 bytes.
    static let longestLine = 1_024
    static let magic = "YUV4MPEG2"

    /// Reads the line, without its end.
    init(parsing line: RawSpan) throws(MediaFileError) {
        let items = String(decoding: [UInt8](line), as: UTF8.self).split(separator: " ")
        guard items.first.map({ $0 == Self.magic }) == true else { throw Self.notY4M }
        var width: Int?, height: Int?, rate = Self.usualRate, chroma = Chroma.i420
        for item in items.dropFirst() {
            let value = item.dropFirst()
            switch item.first {
            case "W": width = try Self.number(value, "width")
            case "H": height = try Self.number(value, "height")
            case "F": rate = try Self.rate(value)
            case "C": chroma = try Self.chroma(value)
            // Interlaced lines, the shape of a sample and comments change nothing: the picture is sent as it is.
            case "I", "A", "X": break
            default: throw .data("the header has an unknown item \(Self.shown(item))")
            }
        }
        guard let width, let height else { throw .data("the header tells no width or no height") }
        size = try FrameSize(checking: width, height)
        (self.rate, self.chroma) = (rate, chroma)
    }

    /// Bytes of a frame.
    var frameByteCount: Int {
        switch chroma {
        case .i420: size.byteCount
        case .i422: size.lumaByteCount + 2 * size.chromaWidth * size.height
        case .i444: 3 * size.lumaByteCount
        case .grey: size.lumaByteCount
        }
    }

    /// The line that we write, with its end.
    static func line(_ size: FrameSize, _ rate: FrameRate) -> [UInt8] {
        Array("\(magic) W\(size.width) H\(size.height) F\(rate) Ip A1:1 C420jpeg\n".utf8)
    }

    static let notY4M = MediaFileError.data("it is not Y4M: it does not begin with YUV4MPEG2")

    /// What players take when the header tells nothing or 0:0.
    private static let usualRate = FrameRate.twentyFive

    private static func number(_ text: Substring, _ what: String) throws(MediaFileError) -> Int {
        guard let number = Int(text), number > 0, number <= Int(Int32.max) else {
            throw .data("the \(what) is \(shown(text))")
        }
        return number
    }

    private static func rate(_ text: Substring) throws(MediaFileError) -> FrameRate {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let numerator = Int(parts[0]), let denominator = Int(parts[1]) else {
            throw .data("the frame rate is \(shown(text))")
        }
        if numerator == 0, denominator == 0 { return usualRate }
        guard let rate = FrameRate(numerator, denominator) else {
            throw .data("a frame rate of \(shown(text)); allowed: from one frame in 10 s to 240 in one")
        }
        return rate
    }

    private static func chroma(_ text: Substring) throws(MediaFileError) -> Chroma {
        switch text {
        case "420", "420jpeg", "420mpeg2", "420paldv": return .i420
        case "422": return .i422
        case "444": return .i444
        case "mono": return .grey
        default:
            throw .data(
                "colours as \(shown(text)); allowed: 8 bits of 420, 420jpeg, 420mpeg2, 420paldv, 422, 444, mono")
        }
    }

    /// Text from a file, fit for a message.
    private static func shown(_ text: Substring) -> String {
        let plain = text.prefix(24).filter { $0.isASCII && $0 > " " && $0 <= "~" }
        return plain.isEmpty ? "missing" : plain
    }
}
