import Basics

/// Counts freezes by libwebrtc's definition: a picture that comes after the one before it by at least three times the mean
/// of the last 30 gaps, and by at least 150 ms more than it.
struct FreezeCounter: Sendable {
    private(set) var count = 0
    private(set) var time: Duration = .zero
    /// The mean of the last gaps; nil when there were too few.
    private(set) var meanGap: Duration?

    private var gaps: [Duration] = Array(repeating: .zero, count: window)
    private var gapCount = 0
    private var last: Instant?

    private static let window = 30
    private static let leastGaps = 5
    private static let leastExcess: Duration = .milliseconds(150)

    /// A picture is shown.
    mutating func shown(at now: Instant) {
        defer { last = now }
        guard let last else { return }
        let gap = now - last
        gaps[gapCount % Self.window] = gap
        gapCount += 1
        guard gapCount >= Self.leastGaps else { return }
        let mean = self.mean
        meanGap = mean
        guard gap >= max(mean * 3, mean + Self.leastExcess) else { return }
        count += 1
        time += gap
    }

    /// The source pauses: the gap that follows is nobody's fault.
    mutating func paused() { last = nil }

    private var mean: Duration {
        let filled = min(gapCount, Self.window)
        return gaps.prefix(filled).reduce(.zero, +) / filled
    }
}
