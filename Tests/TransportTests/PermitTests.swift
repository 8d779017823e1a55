import Basics
import Testing

@testable import Transport

@Suite struct PermitTests {
    private let alice = Device(1), bob = Device(2)
    private let wire: Wire
    private let ours: SessionID

    init() throws {
        wire = Wire(alice, bob)
        (ours, _) = try wire.connect(alice, bob)
    }

    private func grant(
        _ permit: PermitClass, _ scope: PermitScope = .call(1), _ direction: PermitDirection = .sending
    ) -> PermitGrant { PermitGrant(decidedByTrust: permit, scope: scope, direction: direction) }

    @Test func nothingButControlIsSealedUntilTrustOpensIt() throws {
        for (plaintext, permit): ([UInt8], PermitClass) in [
            ([0x80, 1], .media), ([2, 1], .chat), ([2, 1], .file), ([2, 1], .roster), ([2, 1], .verify),
            ([3, 1], .relay),
        ] {
            #expect(throws: SealError.notPermitted) {
                try alice.seal(plaintext, on: ours, as: permit, in: .call(1), at: wire.now)
            }
            try alice.endpoint.open(grant(permit), on: ours)
            _ = try alice.seal(plaintext, on: ours, as: permit, in: .call(1), at: wire.now)
        }
        for plaintext: [UInt8] in [[0], [1, 0], [2, 0], [4, 0]] {
            _ = try alice.seal(plaintext, on: ours, at: wire.now)
        }
    }

    @Test func aPermitIsForItsScopeItsClassAndItsDirectionAlone() throws {
        try alice.endpoint.open(grant(.media), on: ours)
        #expect(throws: SealError.notPermitted) {
            try alice.seal([0x80], on: ours, as: .media, in: .call(2), at: wire.now)
        }
        #expect(throws: SealError.notPermitted) {
            try alice.seal([0x80], on: ours, as: .media, in: .session, at: wire.now)
        }
        #expect(throws: SealError.notPermitted) {
            try alice.seal([2, 0], on: ours, as: .chat, in: .call(1), at: wire.now)
        }
        #expect(alice.endpoint.permits(in: .call(1), .receiving, on: ours) == .control)
        try alice.endpoint.open(grant(.media, .call(2), .receiving), on: ours)
        #expect(throws: SealError.notPermitted) {
            try alice.seal([0x80], on: ours, as: .media, in: .call(2), at: wire.now)
        }
        #expect(alice.endpoint.permits(in: .call(2), .receiving, on: ours).contains(.media))
    }

    @Test func whatIsWithdrawnIsClosedAtOnce() throws {
        try alice.endpoint.open(grant(.media), on: ours)
        try alice.endpoint.open(grant(.chat), on: ours)
        alice.endpoint.close(.media, in: .call(1), .sending, on: ours)
        #expect(throws: SealError.notPermitted) {
            try alice.seal([0x80], on: ours, as: .media, in: .call(1), at: wire.now)
        }
        _ = try alice.seal([2, 0], on: ours, as: .chat, in: .call(1), at: wire.now)
        alice.endpoint.closeAll(in: .call(1), on: ours)
        #expect(throws: SealError.notPermitted) {
            try alice.seal([2, 0], on: ours, as: .chat, in: .call(1), at: wire.now)
        }
    }

    @Test("a class cannot be named that the plaintext is not of", arguments: UInt8.min...UInt8.max)
    func aClassFitsItsFirstByte(first: UInt8) throws {
        for permit in PermitClass.allCases where permit != .control {
            try alice.endpoint.open(grant(permit), on: ours)
        }
        for permit in PermitClass.allCases {
            let isRight =
                switch first {
                case 0, 1, 4: permit == .control
                case 2: permit != .media && permit != .relay
                case 3: permit == .relay
                case 128...191: permit == .media
                default: false
                }
            let sealed = try? alice.seal([first], on: ours, as: permit, in: .call(1), at: wire.now)
            #expect((sealed != nil) == isRight, "\(permit)")
        }
    }

    @Test func anUnconfirmedSessionOpensNothing() throws {
        let carol = Device(3)
        let other = Wire(carol, bob)
        other.fate = { packet, _, _ in packet.first == 0xC4 ? [] : [.zero] }
        try carol.initiate(to: bob, at: other.now)
        other.run(.milliseconds(100))
        let session = try bob.endpoint.sessions.firstKey { $0.peer == carol.key }.orThrow()
        #expect(throws: PermitError.unconfirmed) { try bob.endpoint.open(grant(.media), on: session) }
    }

    @Test func aSessionThatIsGoneHasNoPermits() throws {
        try alice.endpoint.open(grant(.media), on: ours)
        alice.endpoint.close(ours, at: wire.now)
        alice.drain(at: wire.now)
        #expect(throws: SealError.noSession) {
            try alice.seal([0x80], on: ours, as: .media, in: .call(1), at: wire.now)
        }
        #expect(throws: PermitError.noSession) { try alice.endpoint.open(grant(.media), on: ours) }
        #expect(alice.endpoint.permits(in: .call(1), .sending, on: ours).isEmpty)
        #expect(alice.outputs.closed == [.requested])
    }

    @Test func theTableOfScopesIsBoundedAndClosingMakesRoom() throws {
        for call in UInt128(0)..<UInt128(PermitTable.capacity) {
            try alice.endpoint.open(grant(.media, .call(call)), on: ours)
        }
        #expect(throws: PermitError.tableFull) { try alice.endpoint.open(grant(.media, .call(1_000)), on: ours) }
        try alice.endpoint.open(grant(.chat, .call(5)), on: ours)
        alice.endpoint.close(.media, in: .call(7), .sending, on: ours)
        try alice.endpoint.open(grant(.media, .call(1_000)), on: ours)
    }

    @Test func aCallIsNamedByItsSixteenBytes() {
        #expect(PermitScope.call(id: [UInt8](repeating: 0, count: 15) + [7]) == .call(7))
        #expect(PermitScope.call(id: [1] + [UInt8](repeating: 0, count: 15)) == .call(1 << 120))
    }
}
