/// Brings the times that a file tells to those that a call can keep: they begin at 0, never go back within a track, and
/// never stand still for longer than 10 s, however the file lies. All tracks are moved alike.
struct MediaTimeline {
    /// Longer gaps become as long as this.
    static let longestGap: Duration = .seconds(10)

    private struct Track {
        var newest: Duration = .zero
        var step: Duration = .zero
    }

    /// What is added to what the file tells; nil before the first frame of each repetition.
    private var shift: Duration?
    private var newest: Duration = .zero
    private var tracks = EncodedFrame.Track.allCases.map { _ in Track() }

    /// The time to keep for a frame that tells `told`.
    mutating func place(_ told: Duration, _ track: EncodedFrame.Track) -> Duration {
        var time = shift.map { told + $0 } ?? newest
        // Tracks are interleaved coarsely, but never by more than a gap.
        if time > newest + Self.longestGap { time = newest + Self.longestGap }
        if time < newest - Self.longestGap { time = newest }
        shift = time - told
        time = max(time, tracks[track.rawValue].newest)
        if time > tracks[track.rawValue].newest { tracks[track.rawValue].step = time - tracks[track.rawValue].newest }
        tracks[track.rawValue].newest = time
        newest = max(newest, time)
        return time
    }

    /// The file begins again: its first frame follows the newest of each track by as much as frames of it have followed
    /// one another.
    mutating func beginAgain() {
        let end = tracks.map { $0.newest + $0.step }.max() ?? newest
        newest = end > newest ? end : newest + FrameRate.thirty.frameDuration
        shift = nil
    }
}
