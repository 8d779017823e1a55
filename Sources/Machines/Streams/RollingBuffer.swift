/// A queue whose elements keep their number while others come and go at its ends. It grows by doubling, so that it takes
/// no memory per element once it has seen its load.
struct RollingBuffer<Element: Sendable>: Sendable {
    private var slots: [Element]
    private let filler: Element
    /// Number of the first element.
    private(set) var startIndex = 0
    /// Number behind the last element.
    private(set) var endIndex = 0

    /// An empty queue. `filler` stands in slots that hold nothing.
    init(filler: Element) {
        self.filler = filler
        slots = Array(repeating: filler, count: 64)
    }

    var count: Int { endIndex - startIndex }
    var isEmpty: Bool { startIndex == endIndex }
    var indices: Range<Int> { startIndex..<endIndex }

    subscript(index: Int) -> Element {
        get {
            precondition(indices.contains(index))
            return slots[index & (slots.count - 1)]
        }
        _modify {
            precondition(indices.contains(index))
            yield &slots[index & (slots.count - 1)]
        }
    }

    mutating func append(_ element: Element) {
        if count == slots.count { grow() }
        slots[endIndex & (slots.count - 1)] = element
        endIndex += 1
    }

    /// Lets go of all elements before `index`. Precondition: it is one of theirs, or behind the last.
    mutating func discard(upTo index: Int) {
        precondition(index <= endIndex)
        startIndex = max(startIndex, index)
    }

    /// Takes back all elements from `index` on. Precondition: it is one of theirs, or behind the last.
    mutating func truncate(to index: Int) {
        precondition(index >= startIndex && index <= endIndex)
        endIndex = index
    }

    private mutating func grow() {
        var larger = Array(repeating: filler, count: slots.count * 2)
        for index in indices { larger[index & (larger.count - 1)] = slots[index & (slots.count - 1)] }
        slots = larger
    }
}
