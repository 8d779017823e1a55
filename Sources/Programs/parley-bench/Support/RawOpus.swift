internal import COpus

/// libopus alone, with the settings of our encoder.
@safe
final class RawOpus {
    private let encoder: OpaquePointer
    private let decoder: OpaquePointer
    private let packetByteCount: Int32
    private var packet = [UInt8](repeating: 0, count: 1_280)
    private var samples = [Float](repeating: 0, count: 5_760)

    init(packetByteCount: Int) {
        guard let encoder = unsafe opus_encoder_create(48_000, 1, OPUS_APPLICATION_AUDIO, nil),
            let decoder = unsafe opus_decoder_create(48_000, 1, nil)
        else { preconditionFailure("libopus makes encoders and decoders") }
        unsafe self.encoder = encoder
        unsafe self.decoder = decoder
        self.packetByteCount = Int32(packetByteCount)
        let settings = [
            (OPUS_SET_BITRATE_REQUEST, Int32(Double(packetByteCount * 400) * 0.86)), (OPUS_SET_VBR_REQUEST, 1),
            (OPUS_SET_VBR_CONSTRAINT_REQUEST, 0), (OPUS_SET_COMPLEXITY_REQUEST, 5),
            (OPUS_SET_SIGNAL_REQUEST, OPUS_SIGNAL_VOICE), (OPUS_SET_MAX_BANDWIDTH_REQUEST, OPUS_BANDWIDTH_WIDEBAND),
            (OPUS_SET_INBAND_FEC_REQUEST, 1),
        ]
        for (request, value) in settings { _ = unsafe parley_opus_encoder_set(encoder, request, value) }
    }

    deinit {
        unsafe opus_encoder_destroy(encoder)
        unsafe opus_decoder_destroy(decoder)
    }

    func encode(_ frame: [Float]) {
        let count = unsafe opus_encode_float(encoder, frame, 960, &packet, packetByteCount)
        _ = unsafe opus_packet_pad(&packet, count, packetByteCount)
    }

    /// Decodes what `encode` made last.
    func decodeNewest() { decode(Array(packet.prefix(Int(packetByteCount)))) }

    func decode(_ packet: [UInt8]) {
        _ = unsafe opus_decode_float(decoder, packet, Int32(packet.count), &samples, 5_760, 0)
    }
}
