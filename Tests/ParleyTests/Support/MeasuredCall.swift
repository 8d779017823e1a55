import Basics

/// Answers of `call.stats` for tests.
enum MeasuredCall {
    /// The figures of a call with pictures and these steps; `sound` leaves the pictures out.
    static func stats(_ series: [JSONValue]? = nil, hasPictures: Bool = true) -> JSONObject {
        let packets: JSONValue = [
            "sent": 500, "resent": 9, "received": 990, "lost": 40, "repaired": 30, "given_up": 10,
        ]
        let video: JSONObject = [
            "sent": 300, "received": 299, "shown": 298, "dropped": 1, "freezes": 2, "freeze_ms": 1240, "width": 640,
            "height": 360, "sent_width": 320, "sent_height": 180, "key_frames": 2, "key_frame_requests": 1, "late": 3,
            "payload_bytes": 90_000, "delay_ms": 18, "lag_ms": -12, "packets": packets,
        ]
        let none = JSONObject(
            video.members.map { ($0.name, $0.name == "packets" ? JSONValue.object(JSONObject()) : 0) })
        var stats: JSONObject = [
            "call": "c1", "peer": "p", "duration_s": 10, "setup_ms": 20.5, "path": ["kind": "host", "rtt_ms": 0.4],
            "audio": [
                "sent": 500, "received": 498, "lost": 3, "recovered": 1, "late": 0, "concealed_ms": 40, "redundancy": 0,
                "payload_bytes": 40_000, "delay_ms": 41, "level_db": -20.4,
            ],
            "video": .object(hasPictures ? video : none), "bytes": ["sent": 1_234_567, "received": 900],
        ]
        if let series { stats["series"] = .array(series) }
        return stats
    }

    /// One step with every value, some of them other than usual.
    static func step(_ time: Double, _ changes: JSONObject = [:], without absent: [String] = []) -> JSONValue {
        var step: JSONObject = [
            "t": JSONValue(time), "rtt_ms": 21.5, "sent_kbps": 640, "received_kbps": 655.5, "loss_percent": 1.5,
            "concealed_ms": 40, "audio_delay_ms": 43.3, "level_db": -20, "video_fps": 29.7, "video_kbps": 600,
            "video_delay_ms": 19, "freeze_ms": 0,
        ]
        for member in changes.members { step[member.name] = member.value }
        return .object(JSONObject(step.members.filter { !absent.contains($0.name) }.map { ($0.name, $0.value) }))
    }

    /// What `call.get` tells of it.
    static func state(_ state: String = "ended", name: String = "Bob") -> JSONObject {
        [
            "call": "c1", "peer": "p", "name": .string(name), "direction": "outgoing", "state": .string(state),
            "media": ["audio", "video"], "muted": [], "began": "2026-11-23T17:50:00.123Z", "level": "L1",
        ]
    }
}
