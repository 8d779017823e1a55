internal import MediaFiles

/// One sink on the media thread, until it fails.
final class SinkLane {
    /// The session's name for it.
    let id: Int
    let sink: AudioSink
    private var hasFailed = false

    init(id: Int, _ sink: AudioSink) {
        self.id = id
        self.sink = sink
    }

    /// Writes a frame. Returns the reason when this was the write that failed.
    func write(_ samples: Span<Int16>) -> String? {
        guard !hasFailed else { return nil }
        return reason(sink.write(samples))
    }

    /// Nothing more comes. Returns the reason when this failed.
    func finish() -> String? {
        guard !hasFailed else { return nil }
        return reason(sink.finish())
    }

    private func reason(_ outcome: AudioSink.Outcome) -> String? {
        guard case .failed(let error) = outcome else { return nil }
        hasFailed = true
        return error.reason
    }
}
