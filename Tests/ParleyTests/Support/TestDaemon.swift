import Basics
import CShims
import ControlAPI
import Foundation
import Platform

/// A server that speaks the control protocol with the real tables and answers as one test says. It stands where the
/// daemon stands, so that the command is tested by itself.
final class TestDaemon: Sendable {
    /// One request, and what shall come of it.
    struct Turn {
        let request: ControlRequest
        /// What came with the line; closed after the turn.
        let descriptors: [Int32]
        /// Events to send behind the answer.
        var events: [(EventType, JSONObject)] = []
        /// Whether to hang up behind the answer.
        var hangsUp = false
    }

    typealias Handler = @Sendable (inout Turn) throws(ControlError) -> JSONValue

    /// The socket.
    let path: String
    private let listening: Int32
    private let handler: Handler
    private let seen = Locked<[String]>([])

    /// The methods asked for so far, in order.
    var requests: [String] { seen.withLock { $0 } }

    /// Listens on a socket of its own.
    init(_ handler: @escaping Handler) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("parley-test-\(UUID().uuidString)").path
        self.handler = handler
        listening = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let result = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listening, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, listen(listening, 8) == 0 else { throw SystemError.last("listen") }
        let number = listening
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(number, nil, nil)
                guard client >= 0, let self else { return }
                Thread.detachNewThread { self.serve(Descriptor(owning: client)) }
            }
        }
    }

    deinit {
        shutdown(listening, Int32(SHUT_RDWR))
        close(listening)
        unsafe unlink(path)
    }

    private func serve(_ client: consuming Descriptor) {
        var unread: [UInt8] = [], descriptors: [Int32] = [], log = EventLog(boot: "test")
        send(RPCLine.hello(boot: "test", sequence: 0, uid: getuid()), to: client)
        while receive(from: client, &unread, &descriptors) {
            while let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(unread[..<end])
                unread.removeFirst(end + 1)
                let isOver = answer(line, with: descriptors, on: client, &log)
                for number in descriptors { close(number) }
                descriptors = []
                if isOver { return }
            }
        }
    }

    private func answer(
        _ line: [UInt8], with descriptors: [Int32], on client: borrowing Descriptor, _ log: inout EventLog
    ) -> Bool {
        let input = ControlInput(
            reading: line.rawSpan, from: ClientNumber(number: 1), descriptorCount: descriptors.count)
        guard case .request(let request) = input else {
            if case .refusal(let line) = input { send(line, to: client) }
            return false
        }
        seen.withLock { $0.append(request.method.rawValue) }
        var turn = Turn(request: request, descriptors: descriptors)
        let answer: [UInt8]?
        do throws(ControlError) { answer = request.answer(try handler(&turn)) } catch { answer = request.answer(error) }
        if let answer { send(answer, to: client) }
        for (type, data) in turn.events { send(log.append(type, data, at: WallTime(milliseconds: 0)).line, to: client) }
        return turn.hangsUp
    }

    private func send(_ line: [UInt8], to client: borrowing Descriptor) {
        try? UnixSocket.send(line.rawSpan, on: client)
    }

    private func receive(from client: borrowing Descriptor, _ bytes: inout [UInt8], _ descriptors: inout [Int32])
        -> Bool
    {
        var entry = pollfd(fd: client.rawValue, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, -1) == 1 else { return false }
        var chunk = [UInt8](repeating: 0, count: 65_536), numbers = [Int32](repeating: -1, count: 64)
        var count = numbers.count, isTruncated: Int32 = 0
        let received = unsafe parley_receive_descriptors(
            client.rawValue, &chunk, chunk.count, &numbers, &count, &isTruncated)
        descriptors += numbers.prefix(count)
        bytes += chunk.prefix(max(0, received))
        return received > 0
    }
}
