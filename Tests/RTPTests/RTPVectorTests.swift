import Basics
import Crypto
import Foundation
import TestSupport
import Testing

@testable import RTP

/// Streams that GStreamer wrote, and other projects' fuzz corpora.
@Suite struct RTPVectorTests {
    struct Stream: Decodable {
        let packets: Int, ssrc: UInt32, first_seq: UInt16, last_seq: UInt16, markers: Int, timestamps: Int
        let pts: [String: Int]
        let payload_sha256: [String]?
    }

    @Test(.enabled(if: Vectors.folder("rtp-gst") != nil, "PARLEY_VECTORS is not set"))
    func streamsOfGStreamerAreReadAsTheySayVector() throws {
        let folder = try #require(Vectors.folder("rtp-gst"))
        let expected = try JSONSerialization.jsonObject(
            with: Data(contentsOf: folder.appendingPathComponent("expected.json")))
        var passed = 0, failed = 0, others = 0
        for (name, value) in try #require(expected as? [String: Any]).sorted(by: { $0.key < $1.key }) {
            guard name.hasSuffix(".rtpstream") else {
                others += 1
                continue
            }
            let stream = try JSONDecoder().decode(
                Stream.self, from: JSONSerialization.data(withJSONObject: value))
            let packets = try Self.packets(in: folder.appendingPathComponent(name))
            let isAsSaid = try Self.matches(packets, stream)
            #expect(isAsSaid, "\(name)")
            if isAsSaid { passed += 1 } else { failed += 1 }
        }
        Vectors.report("rtp-gst", passed: passed, failed: failed, notForUs: ["coded pictures": others])
        #expect(passed > 0)
    }

    @Test(.enabled(if: Vectors.folder("rtp-gst") != nil, "PARLEY_VECTORS is not set"))
    func opusPacketsOfGStreamerLast20MillisecondsVector() throws {
        let folder = try #require(Vectors.folder("rtp-gst"))
        for bytes in try Self.packets(in: folder.appendingPathComponent("opus.rtpstream")) {
            let packet = try RTPPacket(parsing: bytes.rawSpan)
            let count = OpusPayload.sampleCount(of: packet.payload)
            #expect(count == OpusPayload.frameSampleCount)
        }
    }

    @Test(.enabled(if: Vectors.folder("webrtc-corpora") != nil, "PARLEY_VECTORS is not set"))
    func corporaOfOthersNeverStopUsVector() throws {
        for set in ["webrtc-corpora", "janus-corpora", "rtcp-pion"] {
            let folder = try #require(Vectors.folder(set))
            var fed = 0, others = 0
            for file in try Self.files(under: folder) {
                guard Self.isForUs(file) else {
                    others += 1
                    continue
                }
                feed(try Self.bytes(of: file))
                fed += 1
            }
            Vectors.report(set, passed: fed, failed: 0, notForUs: ["of other formats": others])
            #expect(fed > 0)
        }
    }

    private static func isForUs(_ file: URL) -> Bool {
        let folders = file.deletingLastPathComponent().path
        guard file.pathExtension != "md" else { return false }
        return folders.contains("rtp") || folders.contains("rtcp") || folders.hasSuffix("receive-side-cc")
    }

    /// Each parser sees the file whole, from each of its first 32 offsets, and cut at each length up to 512.
    private func feed(_ bytes: [UInt8]) {
        for offset in 0..<min(32, bytes.count + 1) { judge(Array(bytes.dropFirst(offset))) }
        for count in 0..<min(512, bytes.count) { judge(Array(bytes.prefix(count))) }
    }

    private func judge(_ bytes: [UInt8]) {
        _ = RTPKind(bytes.rawSpan)
        var statistics = ReceptionStatistics()
        if let packet = try? RTPPacket(parsing: bytes.rawSpan) {
            if RTPHeader.byteCount + packet.payload.byteCount > bytes.count { Issue.record("more than arrived") }
            _ = OpusPayload.sampleCount(of: packet.payload)
            _ = OpusPayload.carriesPreviousFrame(packet.payload)
            statistics.received(packet.header, at: .zero)
            judge(vp8: packet.payload)
        }
        judge(vp8: bytes.rawSpan)
        var reader = RTCPReader(bytes.rawSpan)
        while let packet = try? reader.next() {
            if case .senderReport(let report, _) = packet { statistics.received(report, at: .zero) }
        }
        _ = statistics.report(at: .zero + .seconds(1))
    }

    private func judge(vp8 payload: RawSpan) {
        if let again = try? RTXPayload(parsing: payload), again.original.byteCount + 2 != payload.byteCount {
            Issue.record("more or less than arrived")
        }
        guard let parsed = try? VP8Payload(parsing: payload) else { return }
        let (descriptor, count) = (parsed.descriptor, parsed.piece.byteCount)
        let start = payload.byteCount - count
        if start < descriptor.byteCount || start > VP8Descriptor.maximumByteCount {
            Issue.record("bytes are not conserved")
        }
        var rewritten = [UInt8](repeating: 0, count: descriptor.byteCount + 1)
        var span = rewritten.mutableRawSpan
        descriptor.write(to: &span, at: 0)
        let again = try? VP8Payload(parsing: rewritten.rawSpan).descriptor
        if again != descriptor { Issue.record("\(descriptor) is not read as written") }
        _ = VP8FrameHeader.isKeyFrame(parsed.piece)
        _ = try? VP8FrameHeader(parsing: parsed.piece)
    }

    @Test(.enabled(if: Vectors.folder("rtp-gst") != nil, "PARLEY_VECTORS is not set"))
    func framesOfGStreamerAreWholeVector() throws {
        struct Frames: Decodable {
            let frame_sha256: [String], picture_ids: [UInt16]
        }
        let folder = try #require(Vectors.folder("rtp-gst"))
        let expected = try JSONSerialization.jsonObject(
            with: Data(contentsOf: folder.appendingPathComponent("expected.json")))
        let sets = try #require(expected as? [String: Any])
        var passed = 0
        for name in ["vp8-pid15-mtu600.rtpstream", "vp8-ulpfec50.rtpstream"] {
            let frames = try JSONDecoder().decode(
                Frames.self, from: JSONSerialization.data(withJSONObject: #require(sets[name])))
            let (hashes, numbers) = try Self.frames(in: folder.appendingPathComponent(name))
            #expect(hashes == frames.frame_sha256, "\(name)")
            #expect(numbers == frames.picture_ids, "\(name)")
            passed += hashes.count
        }
        Vectors.report("rtp-gst frames", passed: passed, failed: 0)
        #expect(passed == 22)
    }

    /// Hash and number of each frame of the VP8 packets in `file`.
    private static func frames(in file: URL) throws -> (hashes: [String], numbers: [UInt16]) {
        var hashes: [String] = [], numbers: [UInt16] = [], frame: [UInt8] = []
        for bytes in try packets(in: file) {
            let packet = try RTPPacket(parsing: bytes.rawSpan)
            guard packet.header.payloadType == VP8Payload.payloadType else { continue }
            let payload = try VP8Payload(parsing: packet.payload)
            if payload.descriptor.isStartOfFrame {
                frame = []
                numbers.append(try #require(payload.descriptor.pictureID).rawValue)
            }
            frame += [UInt8](payload.piece)
            guard packet.header.marker else { continue }
            hashes.append("\(SHA256.hash(frame.rawSpan))")
            let isKeyFrame = try VP8FrameHeader(parsing: frame.rawSpan).isKeyFrame
            #expect(isKeyFrame == (hashes.count == 1))
        }
        return (hashes, numbers)
    }

    private static func matches(_ packets: [[UInt8]], _ stream: Stream) throws -> Bool {
        var headers: [RTPHeader] = []
        var hashes: [String] = []
        for bytes in packets {
            let packet = try RTPPacket(parsing: bytes.rawSpan)
            headers.append(packet.header)
            hashes.append("\(SHA256.hash(packet.payload))")
        }
        let types = Dictionary(grouping: headers) { "\($0.payloadType)" }.mapValues(\.count)
        return headers.count == stream.packets && types == stream.pts
            && headers.allSatisfy { $0.ssrc == stream.ssrc }
            && headers.first?.sequence.rawValue == stream.first_seq
            && headers.last?.sequence.rawValue == stream.last_seq
            && headers.filter(\.marker).count == stream.markers
            && Set(headers.map(\.timestamp)).count == stream.timestamps
            && (stream.payload_sha256 == nil || stream.payload_sha256 == hashes)
    }

    /// RFC 4571: each packet behind its length in 16 bits.
    private static func packets(in file: URL) throws -> [[UInt8]] {
        let bytes = try bytes(of: file)
        var reader = ByteReader(bytes.rawSpan)
        var packets: [[UInt8]] = []
        while !reader.isAtEnd { packets.append(try reader.array(Int(reader.bigEndian(UInt16.self)))) }
        return packets
    }

    private static func bytes(of file: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: file)) }

    private static func files(under folder: URL) throws -> [URL] {
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        return (all?.allObjects ?? []).compactMap { $0 as? URL }
            .filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true }
            .sorted { $0.path < $1.path }
    }
}
