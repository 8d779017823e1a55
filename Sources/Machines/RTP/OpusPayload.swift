import Basics

/// The RTP payload format of Opus (RFC 7587) and what the packet's first bytes tell (RFC 6716 §3, §4.2).
public enum OpusPayload {
    /// The payload type that both ends use; the session has no other sound, so nothing is negotiated.
    public static let payloadType: UInt8 = 111
    /// Units of the timestamp a second, whatever the sampling rate (RFC 7587 §4.1).
    public static let clockRate = 48_000
    /// Samples of the 20 ms frames that we send.
    public static let frameSampleCount = 960
    /// The longest packet: 120 ms (RFC 6716 §3.2.5, R5).
    public static let maximumSampleCount = 5_760

    /// The samples at 48 kHz that `payload` decodes to; nil when it is not well-formed and must be dropped.
    public static func sampleCount(of payload: RawSpan) -> Int? {
        guard let frameCount = frameCount(of: payload), frameCount > 0 else { return nil }
        let count = frameCount * samplesPerFrame(configuration: payload.byte(at: 0) >> 3)
        return count <= maximumSampleCount ? count : nil
    }

    /// Whether `payload` also holds a coarse copy of the frame before it (in-band FEC, RFC 6716 §2.1.7), so that a
    /// loss there can be mended from here. Packets of several frames are not looked into: nobody sends copies in them.
    public static func carriesPreviousFrame(_ payload: RawSpan) -> Bool {
        guard let start = startOfOnlyFrame(payload), start < payload.byteCount else { return false }
        let first = payload.byte(at: 0)
        let configuration = first >> 3
        guard configuration < 16 else { return false }  // CELT alone has no such copy
        let silkFrames = max(1, samplesPerFrame(configuration: configuration) / 960)
        // RFC 6716 §4.2.3: a VAD bit for each SILK frame, then the flag; for stereo the side channel's follow.
        let flags = payload.byte(at: start)
        let middle = flags >> UInt8(7 - silkFrames) & 1 != 0
        let isStereo = first & 4 != 0
        let side = isStereo && flags >> UInt8(6 - 2 * silkFrames) & 1 != 0
        return middle || side
    }

    /// Where the frame of a packet with one frame begins (RFC 6716 §3.2.2, §3.2.5); nil when there are others.
    private static func startOfOnlyFrame(_ payload: RawSpan) -> Int? {
        guard frameCount(of: payload) == 1 else { return nil }
        guard payload.byte(at: 0) & 3 == 3 else { return 1 }
        guard payload.byte(at: 1) & 0x40 != 0 else { return 2 }
        var start = 2  // the padding's length: as many bytes of 255 as needed, and one less than that
        while start < payload.byteCount, payload.byte(at: start) == 255 { start += 1 }
        return start + 1
    }

    /// RFC 6716 §3.1, table 2: the length of one frame at 48 kHz.
    private static func samplesPerFrame(configuration: UInt8) -> Int {
        switch configuration {
        case 0..<12: [480, 960, 1_920, 2_880][Int(configuration & 3)]
        case 12..<16: configuration & 1 == 0 ? 480 : 960
        default: 120 << Int(configuration & 3)
        }
    }

    /// RFC 6716 §3.2: how many frames there are.
    private static func frameCount(of payload: RawSpan) -> Int? {
        guard payload.byteCount >= 1 else { return nil }
        switch payload.byte(at: 0) & 3 {
        case 0: return 1
        case 3: return payload.byteCount >= 2 ? Int(payload.byte(at: 1) & 0x3F) : nil
        default: return 2
        }
    }
}
