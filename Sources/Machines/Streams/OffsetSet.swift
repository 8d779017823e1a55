/// Which offsets of a stream are done: all before `front`, and islands behind it. In order it holds no memory.
struct OffsetSet: Sendable {
    /// All before this offset is in the set.
    private(set) var front = 0
    private var islands = RangeSet<Int>()

    /// Pieces behind the first gap.
    var islandCount: Int { islands.ranges.count }

    /// Adds `range`.
    mutating func insert(_ range: Range<Int>) {
        guard range.upperBound > front else { return }
        guard range.lowerBound <= front else { return islands.insert(contentsOf: range) }
        front = range.upperBound
        guard !islands.isEmpty else { return }
        islands.insert(contentsOf: range)
        // The first island now begins at or before the front, so all up to its end is in the set.
        while let first = islands.ranges.first, first.lowerBound <= front {
            front = max(front, first.upperBound)
            islands.remove(contentsOf: first)
        }
    }

    /// What of `range` is not in the set.
    func missing(of range: Range<Int>) -> RangeSet<Int> {
        let behind = range.clamped(to: max(front, range.lowerBound)..<max(front, range.upperBound))
        return RangeSet(behind).subtracting(islands)
    }
}
