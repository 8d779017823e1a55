import Basics
import Platform

/// Bytes of a stream as lines, and the descriptors that came with each.
///
/// It holds whole lines that nobody took yet, and one that is not ended.
struct LineBuffer: ~Copyable {
    /// What stands before a newline, and what came with it.
    struct Line: ~Copyable {
        var bytes: [UInt8]
        var descriptors = Descriptors()
    }

    private var bytes: [UInt8] = []
    private var start = 0
    /// Where the first newline is; nil when there is none.
    private var newline: Int?
    private var attachments: [Attachment] = []
    /// Descriptors that wait for their line.
    private(set) var descriptorCount = 0

    /// Bytes that are kept.
    var byteCount: Int { bytes.count - start }
    /// Whether a whole line waits.
    var hasLine: Bool { newline != nil }
    /// Whether a line has begun and not ended, behind those that have.
    var isInsideLine: Bool { bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false }

    /// Whether the first line has, or with its newline will have, more than `limit` bytes.
    func isTooLong(limit: Int) -> Bool { (newline ?? bytes.count) - start >= limit }

    /// Appends what one read gave. `descriptors` belong to the line of its last byte: the kernel ends a read behind
    /// the message that carried them.
    mutating func append(_ more: RawSpan, _ descriptors: consuming Descriptors) {
        let unseen = bytes.count
        bytes.append(contentsOf: [UInt8](more))
        if newline == nil { newline = bytes[unseen...].firstIndex(of: UInt8(ascii: "\n")) }
        guard descriptors.count > 0 else { return }
        descriptorCount += descriptors.count
        attachments.append(Attachment(descriptors, at: bytes.count - 1))
    }

    /// Takes the first whole line, without its newline; nil when there is none.
    mutating func popLine() -> Line? {
        guard let end = newline else { return nil }
        var line = Line(bytes: Array(bytes[start..<end]))
        while let first = attachments.first, first.position <= end {
            descriptorCount -= first.descriptors.count
            line.descriptors.append(first.descriptors.takeAll())
            attachments.removeFirst()
        }
        start = end + 1
        newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
        if newline == nil { compact() }
        return line
    }

    /// Gives memory back once the whole lines are taken.
    private mutating func compact() {
        bytes = Array(bytes[start...])
        for attachment in attachments { attachment.position -= start }
        start = 0
    }

    /// Descriptors and the place of the last byte that came with them.
    private final class Attachment {
        var position: Int
        var descriptors: Descriptors

        init(_ descriptors: consuming Descriptors, at position: Int) {
            self.descriptors = descriptors
            self.position = position
        }
    }
}
