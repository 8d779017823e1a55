internal import Basics

/// The key of a place in a `Slab`: a slot, and how often it was given away before, so that an old key opens nothing.
protocol SlabKey: Hashable, Sendable {
    init(slot: UInt32, generation: UInt32)
    var slot: UInt32 { get }
    var generation: UInt32 { get }
}

/// A table of fixed capacity for values with one owner: reached in O(1) by key, changed in place.
@safe
struct Slab<Key: SlabKey, Element: ~Copyable>: ~Copyable {
    private let elements: UnsafeMutablePointer<Element?>
    private var generations: [UInt32]
    private let capacity: Int
    private var count = 0
    /// No slot from here on was ever used.
    private var end = 0

    init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        unsafe elements = .allocate(capacity: capacity + 1)
        for slot in 0...capacity { unsafe (elements + slot).initialize(to: nil) }
        generations = Array(repeating: 0, count: capacity)
    }

    deinit {
        unsafe elements.deinitialize(count: capacity + 1)
        unsafe elements.deallocate()
    }

    var isFull: Bool { count == capacity }

    /// The keys of all elements, by slot: the same order in every process.
    var keys: [Key] { (0..<end).compactMap { key(ofSlot: $0) } }

    /// The element of `key`; nil when it was removed. Elements come by `insert` and go by `remove` only.
    subscript(key: Key) -> Element? {
        @inline(__always)
        _read { yield unsafe elements[place(of: key)] }
        @inline(__always)
        _modify { yield unsafe &elements[place(of: key)] }
    }

    /// The key for one more element; nil when there is no room.
    var freeKey: Key? {
        guard !isFull else { return nil }
        let slot = (0..<end).first { key(ofSlot: $0) == nil } ?? end
        return Key(slot: UInt32(slot), generation: generations[slot])
    }

    /// Puts an element in. Precondition: `key` is `freeKey`.
    mutating func insert(_ element: consuming Element, as key: Key) {
        precondition(key == freeKey)
        unsafe elements[Int(key.slot)] = consume element
        count += 1
        end = max(end, Int(key.slot) + 1)
    }

    @discardableResult
    mutating func remove(_ key: Key) -> Element? {
        guard let slot = slot(of: key) else { return nil }
        generations[slot] &+= 1
        count -= 1
        return unsafe elements[slot].take()
    }

    /// The first element, by slot, of which `isWanted` holds.
    func firstKey(where isWanted: (borrowing Element) -> Bool) -> Key? {
        for slot in 0..<end {
            if unsafe elements[slot].read({ isWanted($0) }) == true { return key(ofSlot: slot) }
        }
        return nil
    }

    /// The first of the moments that `moment` names, one an element. Allocates nothing.
    func earliest(_ moment: (borrowing Element) -> Instant) -> Instant {
        var earliest = Instant.distantFuture
        for slot in 0..<end { unsafe earliest = earliest.orEarlier(elements[slot].read { moment($0) }) }
        return earliest
    }

    /// Where the element of `key` lies; without one, the place behind all slots, which stays empty.
    @inline(__always)
    private func place(of key: Key) -> Int { slot(of: key) ?? capacity }

    @inline(__always)
    private func slot(of key: Key) -> Int? {
        let slot = Int(key.slot)
        guard slot < end, generations[slot] == key.generation, unsafe elements[slot] != nil else { return nil }
        return slot
    }

    private func key(ofSlot slot: Int) -> Key? {
        guard unsafe elements[slot] != nil else { return nil }
        return Key(slot: UInt32(slot), generation: generations[slot])
    }
}
