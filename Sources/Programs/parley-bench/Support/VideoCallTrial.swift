internal import Basics
internal import CBench
internal import CodecDriver
internal import Glibc
internal import MediaFiles
internal import MediaURIs
internal import Platform

/// A real call with sound and pictures both ways between two daemons on this machine: what one of them took, beside what
/// libvpx and libopus alone take in the same minute for the same clip.
///
/// The clip is the Y4M file that `PARLEY_BENCH_VIDEO` names; without it, `test:bars`.
struct VideoCallTrial {
    private static let talkTime: Duration = .seconds(60)
    private static let kilobits = 800

    /// Seconds of processor a minute, and megabytes at the peak, of the caller during the call.
    private(set) var callProcessor = 0.0, callMemory = 0.0
    /// Seconds of processor a minute that libvpx and libopus alone took, at the same pace.
    private(set) var codecProcessor = 0.0

    /// Makes the daemons, lets them call, and takes all away again.
    init() throws {
        let folder = try CallTrial.temporaryFolder()
        defer { unsafe bench_remove_folder(folder) }
        let clip = unsafe getenv("PARLEY_BENCH_VIDEO").map { unsafe String(cString: $0) }
        let picture = clip.map { "file:\($0)?loop=1" } ?? "test:bars"
        let caller = try DaemonProcess(home: "\(folder)/a", configuration: Self.configuration(picture))
        let callee = try DaemonProcess(home: "\(folder)/b", configuration: Self.configuration(picture))
        let asking = try ControlClient(to: caller.socket), hearing = try ControlClient(to: callee.socket)
        // Who is measured answers: files of the configuration are opened by the daemon itself.
        let peer = try CallTrial.introduce(hearing, asking)
        _ = try asking.call("events.subscribe")
        caller.forgetPeakMemory()
        let call = try hearing.call(
            "call.start", ["to": peer, "sources": [.string("test:speech")], "sinks": ["null:"]])["call"]
        _ = try asking.event("call.connected")
        try addPicture(picture, of: call ?? .null, hearing)
        let before = caller.processorSeconds, began = MonotonicClock.now
        codecProcessor = try Self.codeAtPace(clip) / Self.talkTime.inSeconds * 60
        callProcessor = (caller.processorSeconds - before) / (MonotonicClock.now - began).inSeconds * 60
        callMemory = caller.peakMemory
        _ = try hearing.call("call.end", ["call": call ?? .null])
        _ = try asking.event("call.ended")
    }

    private static func configuration(_ picture: String) -> String {
        """
        { call: { autoAnswer: "contacts", autoAnswerSources: ["test:speech", "\(picture)"], autoAnswerSinks: ["null:"] } }
        """
    }

    /// Who calls sends a picture as well: test:bars, which needs no file.
    private func addPicture(_ picture: String, of call: JSONValue, _ client: ControlClient) throws {
        _ = try client.call("media.addSource", ["call": call, "uri": "test:bars"])
    }

    /// Encodes and decodes a picture every 33.3 ms and a frame of sound every 20, as the caller does: the clip out,
    /// `test:bars` in. The seconds of processor that it took.
    private static func codeAtPace(_ clip: String?) throws -> Double {
        let sound = RawOpus(packetByteCount: OpusEncoder(bitrate: OpusWork.bitrate).packetByteCount)
        let samples = OpusWork().frames, pictures = try pictures(clip), coded = try coded()
        let codec = RawVP8(pictures[0].size, kilobits: kilobits)
        let began = MonotonicClock.now, end = began + talkTime
        var used = 0.0, sounds = 0, images = 0
        while MonotonicClock.now < end {
            let before = CallTrial.threadSeconds, now = MonotonicClock.now
            while began + .milliseconds(20) * Int64(sounds) <= now {
                sound.encode(samples[sounds % samples.count])
                sound.decodeNewest()
                sounds += 1
            }
            while began + .microseconds(33_333) * Int64(images) <= now {
                _ = codec.encode(pictures[images % pictures.count])
                codec.decode(coded[images % coded.count])
                images += 1
            }
            used += CallTrial.threadSeconds - before
            usleep(2_000)
        }
        return used
    }

    /// What `test:bars` is encoded to, from its first frame on.
    private static func coded() throws -> [[UInt8]] {
        let pictures = try pictures(nil)
        var encoder = VP8Encoder(pictures[0].size, bitrate: .kilobits(kilobits)), coded: [[UInt8]] = []
        for (number, picture) in pictures.enumerated() {
            _ = encoder.encode(picture, at: .microseconds(33_333 * number)) { _, bytes in coded.append([UInt8](bytes)) }
        }
        return coded
    }

    /// Up to 300 pictures of the clip, which is repeated.
    private static func pictures(_ clip: String?) throws -> [VideoFrame] {
        let file = try clip.map { try Descriptor.open($0, O_RDONLY) }
        let uri = try SourceURI(clip == nil ? "test:bars" : "file:clip.y4m")
        guard case .pictures(let source) = try MediaSource.open(uri, file) else {
            throw BenchFailure("PARLEY_BENCH_VIDEO is no Y4M file")
        }
        var pictures: [VideoFrame] = []
        while pictures.count < 300 {
            guard let size = source.size ?? FrameSize(width: 640, height: 360) else { break }
            let picture = VideoFrame(size)
            guard source.read(into: picture) == .frame else { break }
            pictures.append(picture)
        }
        guard !pictures.isEmpty else { throw BenchFailure("PARLEY_BENCH_VIDEO holds no picture") }
        return pictures
    }
}
