public import Basics
internal import COpus

/// Makes an Opus packet of each 20 ms of mono sound at 48 kHz; every packet has the same size.
///
/// The size tells nothing about what is said (RFC 6562), so it is constant, and silence is coded like speech. Opus' own
/// constant rate would search each frame for the settings that fill it; we let it aim lower and pad the rest.
@safe
public struct OpusEncoder: ~Copyable {
    /// Samples of a frame.
    public static let frameSampleCount = 960
    /// Samples by which what is decoded lags behind what was encoded.
    public let lookahead: Int
    /// Bytes of every packet.
    public let packetByteCount: Int

    private let encoder: OpaquePointer

    /// The largest packet: more would not fit beside its headers into a datagram.
    static let longestPacket = 1_100

    /// What Opus aims for, as a part of the packet: the rest is room for frames that need more, for each of which it
    /// searches settings that fit. On three clips of speech at 32 kbit/s a frame takes 305 µs at 0.96, 218 at 0.88, 207 at
    /// 0.86 and 205 at 0.84, and the mean PESQ is 4.46, 4.40, 4.41 and 4.42.
    private static let aim = 0.86
    /// At 3 the worst of these clips loses 0.07 PESQ, and a frame takes 45 µs less; at 6 it gains 0.04 for 70 µs more.
    private static let complexity: Int32 = 5
    /// Below this, sound above 8 kHz costs more below 8 kHz than it adds: 0.1 to 0.2 PESQ at 32 kbit/s.
    private static let leastFullbandRate = Bitrate.kilobits(40)

    /// An encoder for packets of `bitrate` (6 to 440 kbit/s).
    public init(bitrate: Bitrate) {
        var error: Int32 = 0
        guard let encoder = unsafe opus_encoder_create(48_000, 1, OPUS_APPLICATION_AUDIO, &error) else {
            preconditionFailure("the encoder could not be made: error \(error)")
        }
        unsafe self.encoder = encoder
        packetByteCount = max(15, min(Self.longestPacket, bitrate.bitsPerSecond / 400))
        var lookahead: Int32 = 0
        unsafe parley_opus_encoder_get(encoder, OPUS_GET_LOOKAHEAD_REQUEST, &lookahead)
        self.lookahead = Int(lookahead)
        let isFullband = bitrate >= Self.leastFullbandRate
        set(OPUS_SET_BITRATE_REQUEST, Int32(Double(packetByteCount * 400) * Self.aim))
        set(OPUS_SET_VBR_REQUEST, 1)
        set(OPUS_SET_VBR_CONSTRAINT_REQUEST, 0)
        set(OPUS_SET_COMPLEXITY_REQUEST, Self.complexity)
        set(OPUS_SET_SIGNAL_REQUEST, OPUS_SIGNAL_VOICE)
        set(OPUS_SET_MAX_BANDWIDTH_REQUEST, isFullband ? OPUS_BANDWIDTH_FULLBAND : OPUS_BANDWIDTH_WIDEBAND)
        set(OPUS_SET_INBAND_FEC_REQUEST, 1)
        set(OPUS_SET_DTX_REQUEST, 0)
    }

    deinit { unsafe opus_encoder_destroy(encoder) }

    /// How many packets of a hundred are expected to be lost: the more, the better the copy of the frame before that
    /// each packet carries, at the cost of the frame itself. 0 (the default): no copies. What is beyond 10 counts as
    /// 10: better copies then cost more than they mend (0.3 PESQ at 10 % loss).
    public func setExpectedLoss(percent: Int) {
        set(OPUS_SET_PACKET_LOSS_PERC_REQUEST, Int32(max(0, min(10, percent))))
    }

    /// Forgets what was encoded so far: nothing of it is in the packets that follow.
    public func reset() { set(OPUS_RESET_STATE, 0) }

    /// Encodes `samples`, exactly one frame, to the front of `packet`. Returns the number of bytes: `packetByteCount`.
    /// Precondition: they fit.
    public func encode(_ samples: Span<Float>, into packet: inout MutableRawSpan) -> Int {
        precondition(samples.count == Self.frameSampleCount)
        precondition(packet.byteCount >= packetByteCount)
        return unsafe packet.withUnsafeMutableBytes { bytes in
            guard let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress else { return 0 }
            let count = unsafe samples.withUnsafeBufferPointer { samples in
                guard let first = samples.baseAddress else { return Int32(0) }
                return unsafe opus_encode_float(
                    encoder, first, Int32(samples.count), start, Int32(packetByteCount))
            }
            precondition(count > 0, "a whole frame is always encoded")
            let result = unsafe opus_packet_pad(start, count, Int32(packetByteCount))
            precondition(result == OPUS_OK, "a packet is always padded")
            return packetByteCount
        }
    }

    private func set(_ request: Int32, _ value: Int32) {
        let result = unsafe parley_opus_encoder_set(encoder, request, value)
        precondition(result == OPUS_OK, "the encoder refuses setting \(request) to \(value)")
    }
}
