import Basics

/// What was measured of a call step by step (`series` of `call.stats`), oldest first: what its picture is made from.
struct CallSeries: Equatable {
    /// One step. What was not measured in it is nil.
    struct Sample: Equatable {
        /// Seconds from the moment when media could flow to the end of the step.
        let time: Double
        /// How many seconds the step took.
        let length: Double
        let roundTrip: Double?
        let sentRate: Double?, receivedRate: Double?
        /// Packets of theirs that were missing before repair, in percent.
        let loss: Double?
        /// Sound that was made up, in percent of the time.
        let concealed: Double?
        let soundDelay: Double?, pictureDelay: Double?
        let framesShown: Double?
        /// Seconds for which the picture stood still.
        let frozen: Double
    }

    let samples: [Sample]
    /// Whether the call carries pictures; without them their figures are all 0.
    let hasPictures: Bool

    /// Reads an answer of `call.stats`. Steps without a time, or not in order, are left out.
    init(_ stats: JSONValue) {
        var samples: [Sample] = []
        for entry in stats["series"]?.array ?? [] {
            let last = samples.last?.time ?? 0
            guard let time = Self.number(entry["t"]), time > last || samples.isEmpty else { continue }
            samples.append(Sample(entry, at: time, length: time > last ? time - last : 1))
        }
        self.samples = samples
        hasPictures = CallFigures(stats).hasPictures
    }

    /// A number of the axis: neither below zero nor beyond all measure.
    fileprivate static func number(_ value: JSONValue?) -> Double? {
        guard let number = value?.double, number.isFinite else { return nil }
        return max(0, min(number, 1e12))
    }
}

extension CallSeries.Sample {
    fileprivate init(_ entry: JSONValue, at time: Double, length: Double) {
        func number(_ name: String) -> Double? { CallSeries.number(entry[name]) }
        self.time = time
        self.length = length
        roundTrip = number("rtt_ms")
        sentRate = number("sent_kbps")
        receivedRate = number("received_kbps")
        loss = number("loss_percent")
        concealed = number("concealed_ms").map { min(100, $0 / (length * 10)) }
        soundDelay = number("audio_delay_ms")
        pictureDelay = number("video_delay_ms")
        framesShown = number("video_fps")
        frozen = (number("freeze_ms") ?? 0) / 1000
    }
}
