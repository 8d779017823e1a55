/// Why bytes are not the CBOR that was asked for.
public enum CBORError: Error, Hashable, Sendable {
    /// The item needs more bytes than there are.
    case truncated
    /// Bytes follow the item.
    case trailingBytes(Int)
    /// Not well-formed (RFC 8949 appendix F), or text that is no UTF-8.
    case malformed
    /// Well-formed, but another encoding of the item is the deterministic one (RFC 8949 §4.2.1).
    case notDeterministic
    /// A map has a key twice.
    case duplicateKey
    /// More nested items than allowed.
    case tooDeep
    /// More items than allowed.
    case tooManyItems
}

/// What a reader of CBOR accepts.
public struct CBORReadingRules: Sendable {
    /// Whether only the deterministic encoding of each item is accepted, so that equal items have equal bytes.
    public var requiresDeterminism = true
    /// The most arrays, maps and tags inside each other.
    public var maximumDepth = 16
    /// The most items in all; each costs about 32 bytes of memory.
    public var maximumItems = 4096

    /// Deterministic, 16 levels, 4,096 items.
    public init() {}

    /// The same, but any well-formed encoding, indefinite lengths included.
    public static let lenient: CBORReadingRules = {
        var rules = CBORReadingRules()
        rules.requiresDeterminism = false
        return rules
    }()
}

extension CBORValue {
    /// Reads exactly one item. No memory is reserved for what a length only promises.
    public init(decoding bytes: RawSpan, by rules: CBORReadingRules = CBORReadingRules()) throws(CBORError) {
        var decoder = CBORDecoder(reader: ByteReader(bytes), rules: rules)
        self = try decoder.item(depth: 0)
        guard decoder.reader.isAtEnd else { throw .trailingBytes(decoder.reader.remaining) }
    }

    /// Reads exactly one item.
    public init(decoding bytes: [UInt8], by rules: CBORReadingRules = CBORReadingRules()) throws(CBORError) {
        try self.init(decoding: bytes.rawSpan, by: rules)
    }
}

private struct CBORDecoder: ~Escapable {
    var reader: ByteReader
    let rules: CBORReadingRules
    var items = 0

    @_lifetime(copy reader)
    init(reader: consuming ByteReader, rules: CBORReadingRules) {
        self.reader = reader
        self.rules = rules
    }

    /// The first bytes of an item: its kind and its number, nil for an indefinite length.
    struct Head {
        let major: CBORMajorType
        let information: UInt8
        let value: UInt64?
    }

    mutating func item(depth: Int) throws(CBORError) -> CBORValue {
        try body(of: try head(), depth: depth)
    }

    private mutating func body(of head: Head, depth: Int) throws(CBORError) -> CBORValue {
        items += 1
        guard items <= rules.maximumItems else { throw .tooManyItems }
        if head.major == .simpleOrFloat { return try simpleOrFloat(head) }
        guard let value = head.value else { return try indefinite(head.major, depth: depth) }
        switch head.major {
        case .unsigned: return .unsigned(value)
        case .negative: return .negative(value)
        case .bytes: return .bytes(try string(value))
        case .text: return .text(try Self.text(try string(value)))
        case .array:
            let inner = try deeper(depth), count = try self.count(value, bytesEach: 1)
            var elements: [CBORValue] = []
            for _ in 0..<count { elements.append(try item(depth: inner)) }
            return .array(elements)
        case .map:
            let inner = try deeper(depth), count = try self.count(value, bytesEach: 2)
            var map = CBORMap()
            for _ in 0..<count { try entry(key: try self.head(), into: &map, depth: inner) }
            return .map(map)
        case .tag: return try tagged(value, try item(depth: try deeper(depth)))
        case .simpleOrFloat: throw .malformed
        }
    }

    private func deeper(_ depth: Int) throws(CBORError) -> Int {
        guard depth < rules.maximumDepth else { throw .tooDeep }
        return depth + 1
    }

    // MARK: Heads

    private mutating func head() throws(CBORError) -> Head {
        let first = try read { reader throws(Truncated) in try reader.uint8() }
        guard let major = CBORMajorType(rawValue: first >> 5) else { throw .malformed }
        let information = first & 31
        return Head(major: major, information: information, value: try argument(information, of: major))
    }

    private mutating func argument(_ information: UInt8, of major: CBORMajorType) throws(CBORError) -> UInt64? {
        let value: UInt64, least: UInt64
        switch information {
        case 0..<24: return UInt64(information)
        case 24: (value, least) = (UInt64(try read { reader throws(Truncated) in try reader.uint8() }), 24)
        case 25: (value, least) = (UInt64(try number(UInt16.self)), 0x100)
        case 26: (value, least) = (UInt64(try number(UInt32.self)), 0x1_0000)
        case 27: (value, least) = (try number(UInt64.self), 0x1_0000_0000)
        case 31 where major != .unsigned && major != .negative && major != .tag: return nil
        default: throw .malformed
        }
        // The bits of a float are no number; `simpleOrFloat` judges them.
        guard value >= least || major == .simpleOrFloat || !rules.requiresDeterminism else { throw .notDeterministic }
        return value
    }

    private mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type
    ) throws(CBORError) -> Number {
        try read { reader throws(Truncated) in try reader.bigEndian(type) }
    }

    private mutating func read<Result>(
        _ body: (inout ByteReader) throws(Truncated) -> Result
    ) throws(CBORError) -> Result {
        do throws(Truncated) { return try body(&reader) } catch { throw .truncated }
    }

    // MARK: Strings, arrays, maps, tags

    /// A number of elements that the remaining bytes can hold at all.
    private func count(_ value: UInt64, bytesEach: Int) throws(CBORError) -> Int {
        guard let count = Int(exactly: value), count <= reader.remaining / bytesEach else { throw .truncated }
        return count
    }

    private mutating func string(_ value: UInt64) throws(CBORError) -> [UInt8] {
        let count = try count(value, bytesEach: 1)
        return try read { reader throws(Truncated) in try reader.array(count) }
    }

    private static func text(_ bytes: [UInt8]) throws(CBORError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed }
        return text
    }

    private mutating func entry(key head: Head, into map: inout CBORMap, depth: Int) throws(CBORError) {
        let key = try body(of: head, depth: depth)
        let value = try item(depth: depth)
        let isInOrder = map.keys.last.map { CBORMap.areInOrder($0, key) } ?? true
        guard map.insert(value, for: key) else { throw .duplicateKey }
        guard isInOrder || !rules.requiresDeterminism else { throw .notDeterministic }
    }

    private func tagged(_ tag: UInt64, _ item: CBORValue) throws(CBORError) -> CBORValue {
        // RFC 8949 §3.4.3: the preferred form of a bignum has no leading zero and more than 64 bits.
        if rules.requiresDeterminism, tag == 2 || tag == 3, let magnitude = item.bytes {
            guard magnitude.count > 8, magnitude.first != 0 else { throw .notDeterministic }
        }
        return .tagged(tag, item)
    }

    // MARK: Indefinite lengths (RFC 8949 §3.2), which no deterministic encoding has

    private mutating func indefinite(_ major: CBORMajorType, depth: Int) throws(CBORError) -> CBORValue {
        guard !rules.requiresDeterminism else { throw .notDeterministic }
        switch major {
        case .bytes: return .bytes(try chunks(of: .bytes) { bytes throws(CBORError) in bytes })
        case .text:
            // Each chunk is a text of its own (§3.2.3): no character is split between two.
            let bytes = try chunks(of: .text) { bytes throws(CBORError) in Array(try Self.text(bytes).utf8) }
            return .text(try Self.text(bytes))
        case .array:
            let inner = try deeper(depth)
            var elements: [CBORValue] = []
            while let head = try headUnlessBreak() { elements.append(try body(of: head, depth: inner)) }
            return .array(elements)
        case .map:
            let inner = try deeper(depth)
            var map = CBORMap()
            while let key = try headUnlessBreak() { try entry(key: key, into: &map, depth: inner) }
            return .map(map)
        case .unsigned, .negative, .tag, .simpleOrFloat: throw .malformed
        }
    }

    private mutating func headUnlessBreak() throws(CBORError) -> Head? {
        let head = try head()
        return head.major == .simpleOrFloat && head.value == nil ? nil : head
    }

    private mutating func chunks(
        of major: CBORMajorType, _ check: ([UInt8]) throws(CBORError) -> [UInt8]
    ) throws(CBORError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let head = try headUnlessBreak() {
            guard head.major == major, let value = head.value else { throw .malformed }
            bytes += try check(try string(value))
        }
        return bytes
    }

    // MARK: Simple values and floats

    private func simpleOrFloat(_ head: Head) throws(CBORError) -> CBORValue {
        guard let bits = head.value else { throw .malformed }  // a break where none can be
        let float: CBORValue
        switch head.information {
        case 25: float = .float(Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits))))
        case 26: float = .float(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
        case 27: float = .float(Double(bitPattern: bits))
        case 24 where bits < 32: throw .malformed  // §3.3: two bytes only from 32 on
        default: return .simple(UInt8(truncatingIfNeeded: bits))
        }
        guard !rules.requiresDeterminism || isShortest(float, head) else { throw .notDeterministic }
        return float
    }

    /// Whether writing `float` again gives the bits that were read.
    private func isShortest(_ float: CBORValue, _ head: Head) -> Bool {
        var bits: UInt64 = 0
        for byte in float.encoded.dropFirst() { bits = bits << 8 | UInt64(byte) }
        return float.encoded.first == CBORMajorType.simpleOrFloat.rawValue << 5 | head.information && bits == head.value
    }
}
