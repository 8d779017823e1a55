import Basics
import NetworkLoop
import Paths
import Testing

@testable import ICEDriver

/// A TURN server on this machine that answers as a test wants.
@NetworkActor private final class ScriptedServer {
    /// An answer: nil is silence, 0 success, else an error.
    typealias Script = (_ request: Int) -> (code: Int, reason: String)?

    private(set) var ports: Set<UInt16> = []
    private(set) var methods: [UInt8] = []
    private var socket: UDPSocket?

    init(_ script: @escaping Script) throws {
        socket = try UDPSocket(bindingTo: #require(SocketAddress("127.0.0.1:0"))) { [unowned self] bytes, arrival in
            let request = [UInt8](bytes.bytes)
            guard request.count >= 20 else { return }
            methods.append(request[1])
            ports.insert(arrival.source.port)
            guard let answer = script(methods.count) else { return }
            socket?.send(Self.answer(request, answer.code, answer.reason).rawSpan, to: arrival.source)
        }
    }

    /// What becomes of a question to it.
    func ask() async throws -> ServerQuestion.Outcome {
        let address = try #require(socket).address
        let service = ICEServer.Service.turn(.udp, username: "u", credential: Redacted("p"))
        let server = ICEServer(host: "127.0.0.1", port: address.port, service: service)
        var question: ServerQuestion?
        defer { withExtendedLifetime(question) {} }
        return await withCheckedContinuation { continuation in
            question = ServerQuestion(ResolvedServer(server: server, address: address)) {
                continuation.resume(returning: $0)
            }
        }
    }

    /// RFC 8489 §5, §14.8: the request's method and transaction, and for an error its code, a realm and a nonce.
    private static func answer(_ request: [UInt8], _ code: Int, _ reason: String) -> [UInt8] {
        var body: [UInt8] = []
        func attribute(_ type: UInt8, _ value: [UInt8]) {
            body += [0, type, UInt8(value.count >> 8), UInt8(value.count & 0xFF)] + value
            body += [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        }
        if code != 0 {
            attribute(0x09, [0, 0, UInt8(code / 100), UInt8(code % 100)] + Array(reason.utf8))
            attribute(0x14, Array("realm".utf8))
            attribute(0x15, Array("nonce".utf8))
        }
        let header: [UInt8] = [
            1, code == 0 ? request[1] : request[1] | 0x10, UInt8(body.count >> 8), UInt8(body.count & 0xFF),
        ]
        return header + request[4..<20] + body
    }
}

@Suite(.timeLimit(.minutes(10))) struct ServerQuestionTests {
    init() { NetworkActor.runInBackground() }

    @Test @NetworkActor func anAllocationIsGivenBack() async throws {
        let server = try ScriptedServer { _ in (0, "") }
        #expect(try await server.ask() == .works)
        #expect(server.methods == [3, 4])  // Allocate, Refresh
    }

    @Test @NetworkActor func aPortThatAnotherHadIsNoFault() async throws {
        let server = try ScriptedServer { $0 == 1 ? (437, "Allocation Mismatch") : (0, "") }
        #expect(try await server.ask() == .works)
        #expect(server.ports.count == 2)
    }

    @Test @NetworkActor func twoSuchPortsAreOne() async throws {
        let server = try ScriptedServer { _ in (437, "Allocation Mismatch") }
        #expect(try await server.ask() == .faulty(.error(code: 437, reason: "Allocation Mismatch")))
    }

    @Test @NetworkActor func aSecondDemandForCredentialsMeansThatOursAreWrong() async throws {
        let server = try ScriptedServer { _ in (401, "Unauthorized") }
        #expect(try await server.ask() == .faulty(.wrongCredential))
        #expect(server.methods == [3, 3])
    }

    @Test @NetworkActor func aNonceThatIsAlwaysStaleEndsTheQuestion() async throws {
        let server = try ScriptedServer { _ in (438, "Stale Nonce") }
        #expect(try await server.ask() == .faulty(.error(code: 438, reason: "Stale Nonce")))
        #expect(server.methods.count == 3)
    }

    @Test @NetworkActor func aServersWordsAreFitForATerminal() async throws {
        let server = try ScriptedServer { _ in (486, "Quota\u{1B}[31m\n\u{9B}" + String(repeating: "é", count: 200)) }
        #expect(try await server.ask() == .faulty(.error(code: 486, reason: "Quota[31m")))
    }

    @Test @NetworkActor func aLostRequestIsSentAgain() async throws {
        let server = try ScriptedServer { $0 == 1 ? nil : (0, "") }
        #expect(try await server.ask() == .works)
        #expect(server.methods == [3, 3, 4])
    }
}
