/// The entries of a CBOR map, always in deterministic order: by the bytes of the encoded keys (RFC 8949 §4.2.1), which
/// for whole numbers from 0 is their order. No key stands twice.
///
/// Our payloads use whole numbers as keys, so `map[3]` and `try map.uint(3)` read one; keys that nobody asks for are
/// ignored, as PROTOCOL §1 wants of unknown ones.
public struct CBORMap: Hashable, Sendable {
    /// The keys, ascending.
    public private(set) var keys: [CBORValue] = []
    /// The values, in the order of their keys.
    public private(set) var values: [CBORValue] = []

    /// No entries.
    public init() {}

    /// The entries given, in any order. Precondition: no key twice.
    public init(_ entries: some Sequence<(CBORValue, CBORValue)>) {
        for (key, value) in entries {
            let isNew = insert(value, for: key)
            precondition(isNew, "a key stands twice")
        }
    }

    /// Number of entries.
    public var count: Int { keys.count }
    /// Whether there is no entry.
    public var isEmpty: Bool { keys.isEmpty }

    /// The value of the number `key`; assigning nil removes it.
    public subscript(key: UInt64) -> CBORValue? {
        get { self[item: .unsigned(key)] }
        set { self[item: .unsigned(key)] = newValue }
    }

    /// The value of any kind of key; assigning nil removes it.
    public subscript(item key: CBORValue) -> CBORValue? {
        get {
            let (index, isPresent) = place(of: key)
            return isPresent ? values[index] : nil
        }
        set {
            let (index, isPresent) = place(of: key)
            if isPresent {
                keys.remove(at: index)
                values.remove(at: index)
            }
            guard let newValue else { return }
            keys.insert(key, at: index)
            values.insert(newValue, at: index)
        }
    }

    /// Adds an entry; false, and nothing changed, when the key is there already.
    mutating func insert(_ value: CBORValue, for key: CBORValue) -> Bool {
        let (index, isPresent) = place(of: key)
        guard !isPresent else { return false }
        keys.insert(key, at: index)
        values.insert(value, at: index)
        return true
    }

    /// Where `key` stands or would stand. Looks at the end first, where a decoder's keys belong.
    private func place(of key: CBORValue) -> (index: Int, isPresent: Bool) {
        guard let last = keys.last else { return (0, false) }
        if Self.areInOrder(last, key) { return (keys.count, false) }
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if Self.areInOrder(keys[middle], key) { low = middle + 1 } else { high = middle }
        }
        return (low, low < keys.count && !Self.areInOrder(key, keys[low]))
    }

    /// Whether `left` comes strictly before `right`.
    static func areInOrder(_ left: CBORValue, _ right: CBORValue) -> Bool {
        if case .unsigned(let first) = left, case .unsigned(let second) = right { return first < second }
        return left.encoded.lexicographicallyPrecedes(right.encoded)
    }
}

extension CBORMap: ExpressibleByDictionaryLiteral {
    /// The entries given by number. Precondition: no key twice.
    public init(dictionaryLiteral elements: (UInt64, CBORValue)...) {
        self.init(elements.map { (.unsigned($0), $1) })
    }
}
