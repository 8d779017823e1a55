internal import Basics
internal import CBench
internal import CodecDriver
internal import Glibc
internal import Platform

/// Real calls between two daemons on this machine, and a third one that only waits: what they took.
struct CallTrial {
    private static let callCount = 50
    private static let talkTime: Duration = .seconds(60)

    /// From the request to call until the first decoded audio is on its way to the callee's sinks, in milliseconds,
    /// ascending.
    private(set) var setUps: [Double] = []
    /// What two entries of the journal must wait for at the least: two small files written and brought to the disk one
    /// after the other, in milliseconds, ascending.
    private(set) var syncs: [Double] = []
    /// Seconds of processor a minute, and megabytes at the peak, of the caller during a call with speech both ways.
    private(set) var callProcessor = 0.0, callMemory = 0.0
    /// Seconds of processor a minute that libopus alone took in the same minute, at the same pace.
    private(set) var codecProcessor = 0.0
    /// The same of a daemon that only waits.
    private(set) var idleProcessor = 0.0, idleMemory = 0.0

    /// Makes the daemons, lets them call, and takes all away again.
    init() throws {
        let folder = try Self.temporaryFolder()
        defer { unsafe bench_remove_folder(folder) }
        let idle = try DaemonProcess(home: "\(folder)/c")
        let caller = try DaemonProcess(home: "\(folder)/a")
        let callee = try DaemonProcess(
            home: "\(folder)/b",
            configuration: """
                { call: { autoAnswer: "contacts", autoAnswerSources: ["test:speech"], autoAnswerSinks: ["null:"] } }
                """)
        let waiting = try ControlClient(to: idle.socket)
        let asking = try ControlClient(to: caller.socket)
        let hearing = try ControlClient(to: callee.socket)
        _ = try waiting.call("identity.create", ["name": "c", "unprotected": true])
        let peer = try Self.introduce(asking, hearing)
        let idleBefore = idle.processorSeconds, began = MonotonicClock.now
        for _ in 0..<Self.callCount { try measureSetUp(asking, hearing, to: peer, syncingIn: folder) }
        try measureCall(caller, asking, hearing, to: peer)
        idleProcessor = (idle.processorSeconds - idleBefore) / (MonotonicClock.now - began).inSeconds * 60
        idleMemory = idle.residentMemory
        setUps.sort()
        syncs.sort()
    }

    private mutating func measureSetUp(
        _ asking: ControlClient, _ hearing: ControlClient, to peer: JSONValue, syncingIn folder: String
    ) throws {
        let began = MonotonicClock.now
        let call = try Self.begin(asking, to: peer)
        _ = try hearing.event("call.media_started")
        setUps.append((MonotonicClock.now - began).milliseconds)
        try Self.end(call, asking, hearing)
        syncs.append(try Self.twoSyncs(in: folder).milliseconds)
    }

    private mutating func measureCall(
        _ caller: DaemonProcess, _ asking: ControlClient, _ hearing: ControlClient,
        to peer: JSONValue
    ) throws {
        caller.forgetPeakMemory()
        let before = caller.processorSeconds, began = MonotonicClock.now
        let call = try Self.begin(asking, to: peer)
        codecProcessor = Self.codeAtPace(for: Self.talkTime) / Self.talkTime.inSeconds * 60
        callProcessor = (caller.processorSeconds - before) / (MonotonicClock.now - began).inSeconds * 60
        try Self.end(call, asking, hearing)
        callMemory = caller.peakMemory
    }

    // MARK: Steps

    /// Makes the two contacts of each other; the answer is whom to call.
    static func introduce(_ asking: ControlClient, _ hearing: ControlClient) throws -> JSONValue {
        _ = try asking.call("identity.create", ["name": "a", "unprotected": true])
        let peer = try hearing.call("identity.create", ["name": "b", "unprotected": true])["peer"]
        _ = try hearing.call("invite.accept", ["code": try asking.call("invite.create")["code"] ?? .null])
        _ = try hearing.call("events.subscribe")
        return peer ?? .null
    }

    private static func begin(_ asking: ControlClient, to peer: JSONValue) throws -> JSONValue {
        try asking.call("call.start", ["to": peer, "sources": ["test:speech"], "sinks": ["null:"]])["call"] ?? .null
    }

    static func end(
        _ call: JSONValue, _ asking: ControlClient, _ hearing: ControlClient
    ) throws {
        _ = try asking.call("call.end", ["call": call])
        _ = try hearing.event("call.ended")
    }

    /// Encodes and decodes a frame every 20 ms; the seconds of processor that it took.
    private static func codeAtPace(for duration: Duration) -> Double {
        let codec = RawOpus(packetByteCount: OpusEncoder(bitrate: OpusWork.bitrate).packetByteCount)
        let frames = OpusWork().frames, end = MonotonicClock.now + duration
        var used = 0.0, count = 0
        while MonotonicClock.now < end {
            let before = threadSeconds
            codec.encode(frames[count % frames.count])
            codec.decodeNewest()
            used += threadSeconds - before
            count += 1
            usleep(20_000)
        }
        return used
    }

    static var threadSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func twoSyncs(in folder: String) throws -> Duration {
        let file = try Descriptor.open("\(folder)/sync", O_WRONLY | O_CREAT)
        let began = MonotonicClock.now
        for entry in 0..<2 {
            try file.writeAll([UInt8](repeating: UInt8(entry), count: 512).rawSpan, at: entry * 512)
            try file.synchronizeData()
        }
        return MonotonicClock.now - began
    }

    // MARK: The folder

    static func temporaryFolder() throws(BenchFailure) -> String {
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/parley-bench-\(String(repeating: "X", count: 6))".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw BenchFailure("no folder can be made in \(base)") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
