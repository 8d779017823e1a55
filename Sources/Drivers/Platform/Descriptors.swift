/// The descriptors that came with one message. What nobody takes is closed.
public struct Descriptors: ~Copyable, Sendable {
    private var numbers: [Int32?]

    /// None.
    public init() { numbers = [] }

    /// Takes over `numbers`.
    package init(owning numbers: [Int32]) { self.numbers = numbers }

    deinit { for case let number? in numbers { _ = Descriptor(owning: number) } }

    /// How many came.
    public var count: Int { numbers.count }

    /// The descriptor at `index` from 0; nil where there is none or it has been taken.
    public mutating func take(_ index: Int) -> Descriptor? {
        guard numbers.indices.contains(index), let number = numbers[index] else { return nil }
        numbers[index] = nil
        return Descriptor(owning: number)
    }

    /// Takes all that are left.
    package mutating func takeAll() -> Descriptors {
        var taken = Descriptors()
        swap(&taken.numbers, &numbers)
        return taken
    }

    /// Adds the descriptors of `others` behind these.
    package mutating func append(_ others: consuming Descriptors) {
        numbers += others.numbers
        others.numbers = []
    }
}
