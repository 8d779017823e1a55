/// Samples in the order of time, in memory taken once.
struct SampleQueue {
    private var storage: [Float]
    private var first = 0
    /// Samples in the queue.
    private(set) var count = 0

    /// An empty queue for at most `capacity` samples.
    init(capacity: Int) { storage = Array(repeating: 0, count: capacity) }

    /// Samples that it has room for.
    var room: Int { storage.count - count }

    /// Lends room for `limit` samples to `fill`, which answers how many it put to the front.
    /// Precondition: there is room.
    mutating func append(atMost limit: Int, _ fill: (inout MutableSpan<Float>) -> Int) {
        precondition(limit <= room)
        if first + count + limit > storage.count { moveToFront() }
        let start = first + count
        let added = unsafe storage.withUnsafeMutableBufferPointer { all in
            let part = unsafe UnsafeMutableBufferPointer(rebasing: all[start..<start + limit])
            var span = unsafe MutableSpan(_unsafeElements: part)
            return fill(&span)
        }
        precondition(added >= 0 && added <= limit)
        count += added
    }

    /// Adds the first samples to those of `target`, as many as there are and fit; they leave the queue.
    /// Returns how many.
    mutating func mix(into target: inout MutableSpan<Float>) -> Int {
        let taken = min(count, target.count)
        for index in 0..<taken { target[index] += storage[first + index] }
        first += taken
        count -= taken
        return taken
    }

    /// Removes every sample.
    mutating func removeAll() { (first, count) = (0, 0) }

    private mutating func moveToFront() {
        for index in 0..<count { storage[index] = storage[first + index] }
        first = 0
    }
}
