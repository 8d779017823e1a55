import Basics
import Foundation
import NetworkLoop
import Platform
import Testing

@testable import ControlSocket

/// A control socket in a folder of its own, whose delegate answers each line by the line, after `hello`.
@NetworkActor final class Echo: ControlSocketDelegate {
    enum Event: Equatable, Sendable {
        case opened(ClientID)
        case refused(ConnectionRefusal)
        case received(String, from: ClientID)
        case drained(ClientID)
        case closed(ClientID, CloseReason)
    }

    private(set) var events: [Event] = []
    private(set) var socket: ControlServer?
    /// Instead of the answer.
    var answer: ((ClientID, String, consuming Descriptors) -> Void)?
    private var waiting: [(isMet: ([Event]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    nonisolated let path: String
    private let folder: TemporaryFolder

    init(_ change: (inout ControlServer.Limits) -> Void = { _ in }) throws {
        folder = try TemporaryFolder()
        path = folder.path + "/run/parley.sock"
        var limits = ControlServer.Limits()
        change(&limits)
        socket = try ControlServer(at: path, limits: limits, delegate: self)
    }

    func opened(_ client: ClientID, pid: Int32) {
        socket?.send(Array("hello".utf8), to: client)
        note(.opened(client))
    }

    func received(_ line: [UInt8], _ descriptors: consuming Descriptors, from client: ClientID) {
        let text = String(decoding: line, as: UTF8.self)
        if let answer { answer(client, text, descriptors) } else { socket?.send(line, to: client) }
        note(.received(text, from: client))
    }

    func refused(_ refusal: ConnectionRefusal) { note(.refused(refusal)) }
    func farewell(for fault: ClientFault) -> [UInt8]? { Array("error \(fault)".utf8) }
    func drained(_ client: ClientID) { note(.drained(client)) }
    func closed(_ client: ClientID, because reason: CloseReason) { note(.closed(client, reason)) }

    private func note(_ event: Event) {
        events.append(event)
        for index in waiting.indices.reversed() where waiting[index].isMet(events) {
            waiting.remove(at: index).continuation.resume()
        }
    }

    /// Waits until the events are as wanted.
    func wait(until isMet: @escaping ([Event]) -> Bool) async {
        guard !isMet(events) else { return }
        await withCheckedContinuation { waiting.append((isMet, $0)) }
    }

    /// The lines that came, from whomever.
    var lines: [String] { events.compactMap { if case .received(let text, _) = $0 { text } else { nil } } }

    /// Why connections ended, in order.
    var reasons: [CloseReason] { events.compactMap { if case .closed(_, let reason) = $0 { reason } else { nil } } }
}

/// A client that waits for what it reads, for 20 s at most.
final class Client {
    let descriptor: Descriptor
    private var buffer: [UInt8] = []

    init(_ path: String) throws {
        descriptor = try UnixSocket.connect(to: path)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor.rawValue, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    }

    /// Connects and reads the greeting.
    static func greeted(_ path: String) throws -> Client {
        let client = try Client(path)
        #expect(try client.line() == "hello")
        return client
    }

    func send(_ text: String, with descriptors: [Int32] = []) throws {
        let bytes = Array(text.utf8)
        try UnixSocket.send(bytes.rawSpan, with: descriptors, on: descriptor)
    }

    /// The next line; nil at the end.
    func line() throws -> String? {
        while true {
            if let newline = buffer.firstIndex(of: 10) {
                let line = String(decoding: buffer[..<newline], as: UTF8.self)
                buffer.removeFirst(newline + 1)
                return line
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            var span = chunk.mutableRawSpan
            let count = try descriptor.read(into: &span)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }

    /// Sends nothing more, and goes on reading.
    func endSending() { shutdown(descriptor.rawValue, Int32(SHUT_WR)) }
}

/// A folder that is removed with it.
final class TemporaryFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/parley-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}
