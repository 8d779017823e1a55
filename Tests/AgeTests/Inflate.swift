import Basics

/// Decompression of zlib data (RFC 1950, RFC 1951), for the vectors that are stored compressed.
struct Inflate {
    private let input: [UInt8]
    private var offset = 2  // behind the zlib header
    private var bitBuffer: UInt32 = 0
    private var bitCount = 0
    private var output: [UInt8] = []

    /// The plain data; nil for malformed data.
    static func zlib(_ data: [UInt8]) -> [UInt8]? {
        var inflate = Inflate(input: data)
        return inflate.run() ? inflate.output : nil
    }

    private init(input: [UInt8]) { self.input = input }

    private mutating func run() -> Bool {
        while true {
            guard let isLast = bits(1), let kind = bits(2), block(of: kind) else { return false }
            if isLast == 1 { return true }
        }
    }

    private mutating func block(of kind: Int) -> Bool {
        switch kind {
        case 0: return stored()
        case 1:
            let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
            return compressed(Huffman(lengths), Huffman([Int](repeating: 5, count: 30)))
        case 2: return dynamic()
        default: return false
        }
    }

    private mutating func stored() -> Bool {
        (bitBuffer, bitCount) = (0, 0)
        guard offset + 4 <= input.count else { return false }
        let count = Int(input[offset]) | Int(input[offset + 1]) << 8
        guard offset + 4 + count <= input.count else { return false }
        output += input[(offset + 4)..<(offset + 4 + count)]
        offset += 4 + count
        return true
    }

    private mutating func dynamic() -> Bool {
        guard let literals = bits(5), let distances = bits(5), let codes = bits(4) else { return false }
        var lengths = [Int](repeating: 0, count: 19)
        for index in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(codes + 4) {
            guard let length = bits(3) else { return false }
            lengths[index] = length
        }
        let code = Huffman(lengths)
        var all: [Int] = []
        while all.count < literals + 257 + distances + 1 {
            guard let symbol = symbol(code) else { return false }
            switch symbol {
            case 16:
                guard let last = all.last, let more = bits(2) else { return false }
                all += [Int](repeating: last, count: more + 3)
            case 17, 18:
                guard let more = bits(symbol == 17 ? 3 : 7) else { return false }
                all += [Int](repeating: 0, count: more + (symbol == 17 ? 3 : 11))
            default: all.append(symbol)
            }
        }
        return compressed(Huffman(Array(all[..<(literals + 257)])), Huffman(Array(all[(literals + 257)...])))
    }

    private mutating func compressed(_ literals: Huffman, _ distances: Huffman) -> Bool {
        while let symbol = symbol(literals) {
            switch symbol {
            case ..<256: output.append(UInt8(symbol))
            case 256: return true
            default:
                guard let length = length(symbol - 257), let code = self.symbol(distances),
                    let distance = distance(code), distance <= output.count
                else { return false }
                for _ in 0..<length { output.append(output[output.count - distance]) }
            }
        }
        return false
    }

    private mutating func length(_ code: Int) -> Int? {
        if code < 8 { return code + 3 }
        if code == 28 { return 258 }
        let extra = (code - 4) / 4
        return bits(extra).map { (4 + code % 4) << extra + 3 + $0 }
    }

    private mutating func distance(_ code: Int) -> Int? {
        if code < 4 { return code + 1 }
        let extra = (code - 2) / 2
        return bits(extra).map { (2 + code % 2) << extra + 1 + $0 }
    }

    private mutating func bits(_ count: Int) -> Int? {
        while bitCount < count {
            guard offset < input.count else { return nil }
            bitBuffer |= UInt32(input[offset]) << UInt32(bitCount)
            offset += 1
            bitCount += 8
        }
        defer {
            bitBuffer >>= UInt32(count)
            bitCount -= count
        }
        return Int(bitBuffer) & ((1 << count) - 1)
    }

    private mutating func symbol(_ code: Huffman) -> Int? {
        var value = 0
        for length in 1...15 {
            guard let bit = bits(1) else { return nil }
            value = value << 1 | bit
            if let symbol = code.symbols[length << 16 | value] { return symbol }
        }
        return nil
    }

    /// A canonical Huffman code: symbols by (length, value).
    private struct Huffman {
        var symbols: [Int: Int] = [:]

        init(_ lengths: [Int]) {
            var value = 0
            for length in 1...15 {
                for (symbol, own) in lengths.enumerated() where own == length {
                    symbols[length << 16 | value] = symbol
                    value += 1
                }
                value <<= 1
            }
        }
    }
}
