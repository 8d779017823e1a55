/// A map whose iteration order is the order of its keys, in every process. For tables of tens of entries.
///
/// Look-up costs O(log n), insertion and removal O(n).
public struct OrderedMap<Key: Comparable, Value> {
    /// The keys, ascending.
    public private(set) var keys: [Key] = []
    /// The values, in the order of their keys.
    public private(set) var values: [Value] = []

    /// An empty map.
    public init() {}

    /// Number of entries.
    public var count: Int { keys.count }
    /// Whether there is no entry.
    public var isEmpty: Bool { keys.isEmpty }

    /// Whether `key` has a value.
    public func contains(_ key: Key) -> Bool {
        let index = lowerBound(key)
        return index < keys.count && keys[index] == key
    }

    /// The value of `key`; assigning nil removes it. Changing the value in place does not copy it.
    public subscript(key: Key) -> Value? {
        get {
            let index = lowerBound(key)
            return index < keys.count && keys[index] == key ? values[index] : nil
        }
        set {
            let index = lowerBound(key)
            let isPresent = index < keys.count && keys[index] == key
            switch (newValue, isPresent) {
            case (let value?, true): values[index] = value
            case (let value?, false):
                keys.insert(key, at: index)
                values.insert(value, at: index)
            case (nil, true):
                keys.remove(at: index)
                values.remove(at: index)
            case (nil, false): break
            }
        }
    }

    /// The value of `key`, or `fallback`, changed in place.
    public subscript(key: Key, default fallback: @autoclosure () -> Value) -> Value {
        get { self[key] ?? fallback() }
        _modify {
            let index = lowerBound(key)
            if index == keys.count || keys[index] != key {
                keys.insert(key, at: index)
                values.insert(fallback(), at: index)
            }
            yield &values[index]
        }
    }

    /// Changes the value of `key` in place; nil when there is none.
    public mutating func update<R>(_ key: Key, _ change: (inout Value) throws -> R) rethrows -> R? {
        let index = lowerBound(key)
        guard index < keys.count, keys[index] == key else { return nil }
        return try change(&values[index])
    }

    /// Removes and returns the value of `key`.
    @discardableResult
    public mutating func removeValue(forKey key: Key) -> Value? {
        let index = lowerBound(key)
        guard index < keys.count, keys[index] == key else { return nil }
        keys.remove(at: index)
        return values.remove(at: index)
    }

    /// Removes every entry.
    public mutating func removeAll() {
        keys.removeAll()
        values.removeAll()
    }

    private func lowerBound(_ key: Key) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension OrderedMap: Sequence {
    /// Visits the entries in the order of their keys.
    public func makeIterator() -> Zip2Sequence<[Key], [Value]>.Iterator { zip(keys, values).makeIterator() }
}

extension OrderedMap: Sendable where Key: Sendable, Value: Sendable {}
extension OrderedMap: Equatable where Value: Equatable {}
