/// The fields that tell about a call: the same in answers, in events and in what the command prints (CONTRACT §3).
enum CallFields {
    /// Where a call is.
    static let state: [Field] = [
        .required("call", .call, "the call"),
        .required("peer", .peer, "the other side; of several, the first"),
        .required("name", .text(longest: 64), "what we call the other side"),
        .required("direction", .choice(["incoming", "outgoing"]), "who began it"),
        .required(
            "state",
            .choice(["connecting", "offered", "ringing", "incoming", "answering", "connected", "ended"]),
            "connecting: no session yet; offered: the other side has the call; ringing: it rings there; "
                + "incoming: it rings here"),
        .required("media", .list(.choice(["audio", "video"]), longest: 2), "what it may carry, both ways"),
        .required("muted", .list(.choice(["audio", "video"]), longest: 2), "what we have muted"),
        .required("began", .time, "when it began"),
        .optional("connected", .time, "since when media can flow"),
        .optional("media_started", .time, "since when the other side is heard"),
        .required("level", .choice(["L0", "L1", "L2", "L3", "L4", "L5"]), "how well the other identity is known"),
    ]

    /// How packets travel.
    static let path = Field.optional(
        "path",
        .object([
            .required("kind", .choice(pathKinds), "what carries the packets"),
            .optional("rtt_ms", .number, "the round trip in milliseconds, smoothed"),
        ]), "the path now, or the last one; absent when there never was one")

    /// The kinds of paths (CONTRACT §3).
    static let pathKinds = [
        "host", "srflx", "prflx", "probed", "peer-relay", "turn-udp", "turn-tcp", "turn-tls",
    ]

    /// What is measured of a call.
    static let figures: [Field] = [
        .required("call", .call, "the call"),
        .required("peer", .peer, "the other side; of several, the first"),
        .required("duration_s", .number, "seconds since media could flow; 0 when it never could"),
        .optional("setup_ms", .number, "milliseconds from the beginning until media could flow"),
        path,
        .required("audio", .object(audio), "sound"),
        .required("video", .object(video), "pictures; all 0 when the call carries none"),
        .required(
            "bytes",
            .object([
                .required("sent", .count, "bytes of datagrams sent"),
                .required("received", .count, "bytes of datagrams received"),
            ]), "all that went over the network for the call"),
    ]

    /// What remains of a call when it has ended.
    static let closing: [Field] =
        figures + [
            .required(
                "outcome",
                .choice(CallOutcome.allCases.map(\.rawValue)), "why it ended"),
            .optional("cause", .text(longest: 2048), "for people: what was wrong where it ended for want of a path"),
        ]

    private static let audio: [Field] = [
        .required("sent", .count, "packets sent"),
        .required("received", .count, "packets received"),
        .required("lost", .count, "packets that the other side sent and that never came"),
        .required("recovered", .count, "of their frames, those made again from a later packet"),
        .required("late", .count, "packets that came too late to be heard"),
        .required("concealed_ms", .number, "milliseconds made up while the other side's source ran"),
        .required("redundancy", .number, "the share of frames that were sent twice, 0 to 1"),
        .required("payload_bytes", .count, "bytes of encoded sound sent, without headers"),
        .optional("delay_ms", .number, "milliseconds that sound waits in the jitter buffer now"),
        .optional("level_db", .number, "loudness of what is heard now, in dB below full scale"),
    ]

    private static let video: [Field] = [
        .required("sent", .count, "frames encoded and sent"),
        .required("received", .count, "frames that came whole, and of which it is known what became"),
        .required("shown", .count, "frames that were shown"),
        .required("dropped", .count, "frames that came and could not be shown"),
        .required(
            "freezes", .count,
            "times that the picture stood still: three times as long as usual, and 150 ms longer than that"),
        .required("freeze_ms", .number, "milliseconds that it stood still, together"),
        .required("width", .count, "pixels across, as received last"),
        .required("height", .count, "pixels down, as received last"),
        .required("sent_width", .count, "pixels across, as sent last"),
        .required("sent_height", .count, "pixels down, as sent last"),
        .required("key_frames", .count, "of the frames sent, those that refer to no other"),
        .required("key_frame_requests", .count, "times that we asked for a key frame"),
        .required("late", .count, "pictures of ours that were left out since the next was due, or there was no room"),
        .required("payload_bytes", .count, "bytes of encoded frames sent, without headers"),
        .required(
            "unwritten", .count, "frames and packets that sinks of pictures lack, since their readers were too slow"),
        .optional("delay_ms", .number, "milliseconds from a frame's arrival to its showing, now"),
        .optional("lag_ms", .number, "milliseconds that pictures are shown after their sound; less than 0: before it"),
        .required(
            "packets",
            .object([
                .required("sent", .count, "packets sent"),
                .required("resent", .count, "packets sent again, since they were asked for"),
                .required("received", .count, "packets received, those that came again among them"),
                .required("lost", .count, "packets of theirs that did not come by themselves: loss before repair"),
                .required("repaired", .count, "of them, those that came when they were asked for again"),
                .required("given_up", .count, "of them, those that never came: loss after repair"),
            ]), "what frames travel in"),
    ]

    /// How a call went.
    static let series = Field.optional(
        "series",
        .list(
            .object([
                .required("t", .number, "seconds since media could flow"),
                .optional("rtt_ms", .number, "the round trip in milliseconds"),
                .required("sent_kbps", .number, "kilobits a second sent"),
                .required("received_kbps", .number, "kilobits a second received"),
                .required(
                    "loss_percent", .number, "of a hundred packets of theirs, those that did not come by themselves"),
                .required("concealed_ms", .number, "milliseconds of sound made up"),
                .optional("audio_delay_ms", .number, "milliseconds that sound waits in the jitter buffer"),
                .optional("level_db", .number, "loudness of what is heard, in dB below full scale"),
                .required("video_fps", .number, "frames shown a second"),
                .optional("video_delay_ms", .number, "milliseconds from a frame's arrival to its showing"),
                .required("freeze_ms", .number, "milliseconds that the picture stood still"),
            ]), longest: 600),
        "one moment a second, oldest first; in long calls every second, fourth, … second")
}
