/// The bytes of a text and a place in them: what the readers of JSON and JSON5 share. The bytes are UTF-8: checked once
/// at the beginning, so that later steps may look at single bytes.
struct JSONScanner: ~Escapable {
    let bytes: RawSpan
    var offset = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) throws(JSONError) {
        self.bytes = bytes
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: Span(_bytes: bytes))
        } catch {
            throw JSONError(.invalidUTF8, at: error.byteOffsets.lowerBound, in: bytes)
        }
    }

    /// The byte at the place; nil at the end.
    var next: UInt8? { offset < bytes.byteCount ? bytes.byte(at: offset) : nil }
    var isAtEnd: Bool { offset == bytes.byteCount }

    /// Steps over `byte` if it comes next.
    mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        offset += 1
        return true
    }

    /// Steps over `word`, which is ASCII, if it comes next.
    mutating func skip(word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.byteCount - offset >= count else { return false }
        let there = bytes.extracting(offset..<offset + count)
        guard unsafe RawSpan(_unsafeStart: word.utf8Start, byteCount: count).isEqual(to: there) else { return false }
        offset += count
        return true
    }

    /// Steps over decimal digits and says how many there were.
    mutating func skipDigits() -> Int {
        let start = offset
        while let byte = next, (48...57).contains(byte) { offset += 1 }
        return offset - start
    }

    /// The text from `start` to the place.
    func text(from start: Int) -> String {
        unsafe bytes.extracting(start..<offset).withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The error for what is found at the place.
    func failure(_ reason: JSONError.Reason = .unexpectedCharacter) -> JSONError {
        failure(isAtEnd ? .unexpectedEnd : reason, at: offset)
    }

    /// The error for what is found at `offset`.
    func failure(_ reason: JSONError.Reason, at offset: Int) -> JSONError { JSONError(reason, at: offset, in: bytes) }

    /// The scalar of an escape whose `\u` has been read; of two escapes when they are a surrogate pair.
    mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let start = offset - 2
        let first = try hexadecimal(digits: 4)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, skip(word: "\\u") else { throw failure(.loneSurrogate, at: start) }
        let second = try hexadecimal(digits: 4)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure(.loneSurrogate, at: start) }
        return scalar
    }

    /// The number that the next `digits` hexadecimal digits are.
    mutating func hexadecimal(digits: Int) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure(.invalidEscape)
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}
