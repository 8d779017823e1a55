/// A first-in first-out queue of fixed capacity. Full is an answer, never growth.
public struct RingBuffer<Element> {
    private var slots: [Element?]
    private var head = 0
    /// Elements in the queue.
    public private(set) var count = 0

    /// An empty queue for at most `capacity` elements.
    public init(capacity: Int) {
        precondition(capacity > 0)
        slots = Array(repeating: nil, count: capacity)
    }

    /// The most elements it holds.
    public var capacity: Int { slots.count }
    /// Whether there is no element.
    public var isEmpty: Bool { count == 0 }
    /// Whether there is no room.
    public var isFull: Bool { count == slots.count }
    /// The oldest element.
    public var first: Element? { isEmpty ? nil : slots[head] }

    /// Appends `element`; false, and nothing changed, when there is no room.
    @discardableResult
    public mutating func append(_ element: Element) -> Bool {
        guard !isFull else { return false }
        slots[(head + count) % slots.count] = element
        count += 1
        return true
    }

    /// Removes and returns the oldest element.
    public mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        defer {
            slots[head] = nil
            head = (head + 1) % slots.count
            count -= 1
        }
        return slots[head]
    }

    /// The element `offset` places behind the oldest. Precondition: there is one.
    public subscript(offset: Int) -> Element {
        precondition(offset >= 0 && offset < count)
        guard let element = slots[(head + offset) % slots.count] else {
            preconditionFailure("an empty slot is counted")
        }
        return element
    }
}

extension RingBuffer: Sendable where Element: Sendable {}
