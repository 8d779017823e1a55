import Basics
import CShims
import Glibc
import NetworkLoop
import Platform

/// One client: its descriptor, and what is read and not handed on, or sent and not written.
@NetworkActor
final class Connection {
    /// How far the connection is from its end.
    enum Phase: Equatable {
        case open
        /// What is unwritten is written; with `lingers` the client may then finish what it is sending, which is thrown
        /// away, so that it comes to read why it is sent off.
        case leaving(until: Instant, lingers: Bool)
    }

    /// What one read gave.
    enum ReadResult: Equatable {
        case nothing, bytes, end
        case fault(ClientFault)
        case failed(SystemError)
    }

    /// What a connection makes us keep.
    struct Holdings {
        var byteCount = 0
        var descriptors = 0

        /// Takes one connection's share from the sum, and puts its new share there.
        mutating func replace(_ old: Holdings, by new: Holdings) {
            byteCount += new.byteCount - old.byteCount
            descriptors += new.descriptors - old.descriptors
        }
    }

    let id: ClientID
    var phase = Phase.open
    var input = LineBuffer()
    private(set) var output = OutgoingBytes()
    /// The client sends no more. It may still read.
    private(set) var isInputEnded = false
    /// The client reads no more. It may still have sent something.
    private var isOutputEnded = false
    /// When the line that is not ended was begun, or reading went on after a pause.
    var lineBegan: Instant?
    /// Whether it stands in the queue of those who have lines.
    var isQueued = false
    /// What was last counted of `holdings`.
    var counted = Holdings()
    private let descriptor: Descriptor
    private var watch: DescriptorWatch?

    init(_ id: ClientID, _ descriptor: consuming Descriptor) {
        self.id = id
        self.descriptor = descriptor
    }

    /// Calls `ready` while what is wanted can be done.
    func watch(_ ready: @escaping @NetworkActor (DescriptorWatch.Readiness) -> Void) {
        watch = DescriptorWatch(descriptor.rawValue, for: .read, ready)
    }

    /// What is waited for.
    var interest: DescriptorWatch.Readiness {
        get { watch?.interest ?? [] }
        set { watch?.interest = newValue }
    }

    /// What is kept for this client.
    var holdings: Holdings { Holdings(byteCount: input.byteCount + output.count, descriptors: input.descriptorCount) }

    /// Whether nothing more can come of it.
    var isOver: Bool { isInputEnded && isOutputEnded && !input.hasLine }

    /// When time is over for what it is doing; nil when it may take for ever.
    func deadline(lineTimeout: Duration) -> Instant? {
        switch phase {
        case .open: lineBegan.map { $0 + lineTimeout }
        case .leaving(let until, _): until
        }
    }

    /// Reads once, at most as much as `chunk` has.
    func read(into chunk: inout [UInt8], limits: ControlServer.Limits) -> ReadResult {
        var result = StreamRead(from: descriptor, into: &chunk, descriptors: limits.descriptorsPerLine)
        switch result.count {
        case 0: return endInput()
        case ..<0: return judge(SystemError("recvmsg", code: result.code))
        default: return keep(chunk, &result, limits)
        }
    }

    private func judge(_ error: SystemError) -> ReadResult {
        if error.isWouldBlock || error.code == EINTR { return .nothing }
        guard error.code == ECONNRESET else { return .failed(error) }
        abandonOutput()  // it closed without reading all that we sent
        return endInput()
    }

    /// We read only when no whole line waits: what is there is half a line, which nobody will end.
    private func endInput() -> ReadResult {
        isInputEnded = true
        dropInput()
        return .end
    }

    private func keep(_ chunk: [UInt8], _ result: inout StreamRead, _ limits: ControlServer.Limits) -> ReadResult {
        guard phase == .open else { return .bytes }  // thrown away
        let isTruncated = result.isTruncated, isExhausted = result.isExhausted, count = result.count
        input.append(chunk.rawSpan.extracting(first: count), result.descriptors.takeAll())
        guard !isExhausted else { return .fault(.descriptorsExhausted) }
        guard !isTruncated, input.descriptorCount <= limits.descriptorsPerLine else {
            return .fault(.tooManyDescriptors)
        }
        return input.isTooLong(limit: limits.lineByteCount) ? .fault(.lineTooLong) : .bytes
    }

    /// Throws away what is read and not handed on.
    func dropInput() { input = LineBuffer() }

    /// Queues a line, and writes as much as the client takes at once.
    func send(_ line: [UInt8]) {
        guard !isOutputEnded else { return }
        output.append(line: line)
        flush()
    }

    /// Writes as much as the client takes.
    func flush() {
        do throws(SystemError) {
            try output.write(to: descriptor)
        } catch {
            abandonOutput()
        }
    }

    /// The client will not read any more: throws away what is unwritten and what is sent from now on. What the client
    /// has sent is still handed on.
    func abandonOutput() {
        output = OutgoingBytes()
        isOutputEnded = true
    }

    /// Tells the client that nothing more will come.
    func endOutput() { shutdown(descriptor.rawValue, Int32(SHUT_WR)) }
}
