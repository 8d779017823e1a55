internal import Basics
internal import ControlAPI

/// How a call went, second by second: for a picture of it.
///
/// What is counted is kept as it was counted; differences are made when somebody asks. When there are too many moments,
/// every second one is forgotten, so that a call of any length has at most `capacity`.
struct CallSeries {
    /// Moments that are kept.
    static let capacity = 600

    /// What was known at one moment; counts since the call's beginning.
    struct Moment {
        /// Since media could flow.
        var time: Duration
        var roundTrip: Duration?
        var counts = NetworkCounts()
        var report = MediaReport()
    }

    private var moments: [Moment] = [Moment(time: .zero)]
    private var stride = 1
    private var skipped = 0

    /// Takes the next moment.
    mutating func add(_ moment: Moment) {
        skipped += 1
        guard skipped == stride else { return }
        skipped = 0
        moments.append(moment)
        guard moments.count > Self.capacity else { return }
        moments = moments.indices.filter { $0.isMultiple(of: 2) }.map { moments[$0] }
        stride *= 2
    }

    /// All of it, as `call.stats` shows it.
    var json: JSONValue { .array(zip(moments, moments.dropFirst()).map(Self.json)) }

    private static func json(_ before: Moment, _ now: Moment) -> JSONValue {
        let seconds = max(0.001, (now.time - before.time).inSeconds)
        func rate(_ count: Int, _ earlier: Int) -> Double { Double(max(0, count - earlier)) / seconds }
        func rounded(_ value: Double) -> JSONValue { JSONValue((value * 100).rounded() / 100) }
        let video = now.report.video, videoBefore = before.report.video
        let received = now.packetsReceived - before.packetsReceived, lost = now.packetsLost - before.packetsLost
        let isSilent = now.report.framesDecoded == 0, isBlind = video.framesShown == 0
        return JSONValue(members: [
            "t": JSONValue((now.time.inSeconds * 1_000).rounded() / 1_000),
            "rtt_ms": now.roundTrip.map { .milliseconds($0) },
            "sent_kbps": rounded(rate(now.counts.bytesSent, before.counts.bytesSent) * 0.008),
            "received_kbps": rounded(rate(now.counts.bytesReceived, before.counts.bytesReceived) * 0.008),
            "loss_percent": rounded(lost > 0 ? 100 * Double(lost) / Double(max(1, received + lost)) : 0),
            "concealed_ms": .milliseconds(max(.zero, now.report.concealed - before.report.concealed)),
            "audio_delay_ms": isSilent ? nil : .milliseconds(now.report.delay),
            "level_db": now.report.level.map(rounded),
            "video_fps": rounded(rate(video.framesShown, videoBefore.framesShown)),
            "video_delay_ms": isBlind ? nil : video.delay.map { .milliseconds($0) },
            "freeze_ms": .milliseconds(max(.zero, video.freezeTime - videoBefore.freezeTime)),
        ])
    }
}

extension CallSeries.Moment {
    fileprivate var packetsReceived: Int { counts.received + report.video.packetsReceived }
    fileprivate var packetsLost: Int { counts.lost + report.video.packetsLost }
}
