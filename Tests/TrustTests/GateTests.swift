import Basics
import Mesh
import Testing
import Trust

/// Nothing gated is open before the gate says so, and nothing stays open after it.
@Suite struct GateTests {
    private let peer = PeerID(key: .zero)
    private let other = PeerID(key: Bytes32([UInt8](repeating: 1, count: 32)) ?? .zero)
    private let call = CallID([UInt8](repeating: 7, count: 16))

    private func permit(_ direction: Gate.Direction, of peer: PeerID) throws -> Gate.Permit {
        var gate = Gate()
        let outputs = gate.joined(try #require(call), peer, level: .pinned)
        let permits = outputs.compactMap { output -> Gate.Permit? in
            if case .open(let permit) = output { permit } else { nil }
        }
        return try #require(permits.first { $0.direction == direction })
    }

    @Test func dialingOpensReceivingOnly() throws {
        var gate = Gate()
        let outputs = gate.dialled(try #require(call), peer, level: .pinned)
        #expect(outputs == [.open(try permit(.receiving, of: peer))])
        #expect(!gate.isOpen(try permit(.sending, of: peer)))
    }

    @Test func joiningOpensTheRestOnce() throws {
        var gate = Gate()
        _ = gate.dialled(try #require(call), peer, level: .pinned)
        let joined = gate.joined(try #require(call), peer, level: .pinned)
        let again = gate.joined(try #require(call), peer, level: .pinned)
        #expect(joined == [.open(try permit(.sending, of: peer))])
        #expect(again.isEmpty)
    }

    @Test func anUnknownKeyOpensNothing() throws {
        var gate = Gate()
        let dialled = gate.dialled(try #require(call), peer, level: .unknown)
        let joined = gate.joined(try #require(call), peer, level: .unknown)
        #expect(dialled.isEmpty && joined.isEmpty)
        #expect(gate.permits(with: peer).isEmpty)
    }

    @Test func leavingClosesBothWaysAndNobodyElse() throws {
        var gate = Gate()
        _ = gate.joined(try #require(call), peer, level: .pinned)
        _ = gate.joined(try #require(call), other, level: .pinned)
        let left = gate.left(try #require(call), peer)
        #expect(left == [.close(try permit(.receiving, of: peer)), .close(try permit(.sending, of: peer))])
        #expect(gate.permits(with: other).count == 2)
    }

    @Test func withdrawingClosesEveryCall() throws {
        var gate = Gate()
        _ = gate.joined(try #require(call), peer, level: .pinned)
        _ = gate.joined(try #require(CallID([UInt8](repeating: 8, count: 16))), peer, level: .pinned)
        let withdrawn = gate.withdraw(peer)
        #expect(withdrawn.count == 4)
        #expect(gate.permits(with: peer).isEmpty)
    }
}
