/// The members of a JSON object, in the order in which they stand. Names are compared byte by byte, as RFC 8259 §8.3
/// asks, not by Unicode equivalence. Look-up is linear: objects are small, or looked into a fixed number of times.
public struct JSONObject: Hashable, Sendable {
    /// One name and its value.
    public struct Member: Hashable, Sendable {
        /// The name.
        public let name: String
        /// The value.
        public var value: JSONValue
    }

    /// The members in order. No name stands twice.
    public private(set) var members: [Member] = []

    /// No members.
    public init() {}

    /// The members given. Precondition: no name twice.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        self.init(members: members.map { Member(name: $0, value: $1) })
        precondition(firstRepeat == nil, "a name stands twice")
    }

    /// Takes members whose names the caller will compare.
    init(members: [Member]) { self.members = members }

    /// The names in order.
    public var names: [String] { members.map(\.name) }

    /// The value called `name`; assigning nil removes it, a new name goes to the end.
    public subscript(name: String) -> JSONValue? {
        get { index(of: name).map { members[$0].value } }
        set {
            switch (newValue, index(of: name)) {
            case (let value?, let index?): members[index].value = value
            case (let value?, nil): members.append(Member(name: name, value: value))
            case (nil, let index?): members.remove(at: index)
            case (nil, nil): break
            }
        }
    }

    /// The index of a member whose name stands earlier too; nil when all differ. O(n log n), for hostile objects.
    var firstRepeat: Int? {
        guard members.count > 1 else { return nil }
        let order = members.indices.sorted { left, right in
            let (first, second) = (members[left].name.utf8, members[right].name.utf8)
            return first.elementsEqual(second) ? left < right : first.lexicographicallyPrecedes(second)
        }
        return zip(order, order.dropFirst())
            .filter { members[$0].name.utf8.elementsEqual(members[$1].name.utf8) }
            .map(\.1).min()
    }

    private func index(of name: String) -> Int? {
        members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// The members given. Precondition: no name twice.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
