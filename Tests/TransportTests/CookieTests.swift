import Basics
import Testing

@testable import Transport

@Suite struct CookieTests {
    private let alice = Device(1), bob = Device(2), mallory = Device(3)
    private let wire: Wire

    init() { wire = Wire(alice, bob, mallory) }

    /// Puts `bob` under load: mallory, who knows its key, spends what the port may spend.
    private func flood(_ count: Int = 80) throws {
        wire.fate = { _, _, _ in [] }
        let attempt = try mallory.initiate(to: bob, at: wire.now)
        wire.run(.zero)
        mallory.endpoint.cancel(attempt, at: wire.now)
        mallory.drain(at: wire.now)
        let packet = try wire.log(of: .initiation).first.orThrow().packet
        for _ in 0..<count { bob.receive(packet, from: mallory, at: wire.now) }
        wire.fate = { _, _, _ in [.zero] }
        bob.outbox.removeAll()
    }

    @Test func underLoadWhoShowsItsAddressGetsThrough() throws {
        try flood()
        #expect(bob.endpoint.drops[.cookieRequired] == 16)
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.milliseconds(60))
        #expect(bob.endpoint.drops[.cookieRequired] == 17)
        #expect(wire.log(of: .cookie).map(\.packet.count) == [64])
        #expect(alice.outputs.established.count == 1)
        #expect(bob.outputs.confirmed.count == 1)
    }

    @Test func aCookieIsGoodForItsAddressOnly() throws {
        try flood()
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.milliseconds(15))
        let stolen = try #require(wire.log(of: .initiation).last?.packet)
        wire.run(.milliseconds(6))
        let stamped = try #require(wire.log(of: .initiation).last?.packet)
        #expect(stolen != stamped && stolen.dropLast(16) == stamped.dropLast(16))
        try flood(80)
        let before = bob.endpoint.drops[.cookieRequired]
        bob.receive(stamped, from: mallory, at: wire.now)
        #expect(bob.endpoint.drops[.cookieRequired] == before + 1)
    }

    @Test func theSecretChangesEvery120Seconds() {
        var random = bob.random
        var jar = CookieJar(at: .zero, using: &random)
        let first = jar.cookie(of: alice.address, at: .zero, using: &random)
        let same = jar.cookie(of: alice.address, at: .zero + .seconds(119), using: &random)
        let other = jar.cookie(of: bob.address, at: .zero + .seconds(119), using: &random)
        let later = jar.cookie(of: alice.address, at: .zero + .seconds(120), using: &random)
        #expect(first == same && first != other && first != later)
    }

    @Test func provenSourcesHaveABudgetToo() {
        var budget = HandshakeBudget(capacity: 100)
        let route = alice.route
        for _ in 0..<64 { #expect(budget.admit(route, isProven: false, at: .zero) == .admitted) }
        #expect(budget.admit(route, isProven: false, at: .zero) == .cookie)
        for _ in 0..<5 { #expect(budget.admit(route, isProven: true, at: .zero) == .admitted) }
        #expect(budget.admit(route, isProven: true, at: .zero) == .refused)
        let neighbour = bob.route
        #expect(budget.admit(neighbour, isProven: true, at: .zero) == .admitted)
        #expect(budget.admit(route, isProven: true, at: .zero + .milliseconds(50)) == .admitted)
    }

    @Test func anIPv6SourceIsItsHousehold() throws {
        var budget = HandshakeBudget(capacity: 100)
        func route(_ text: String) throws -> Route {
            .address(try #require(SocketAddress(text)), port: 1)
        }
        for _ in 0..<64 { _ = budget.admit(try route("[2001:db8::1]:1"), isProven: false, at: .zero) }
        for host in 1...5 {
            let one = try route("[2001:db8::\(host)]:1")
            #expect(budget.admit(one, isProven: true, at: .zero) == .admitted)
        }
        #expect(try budget.admit(route("[2001:db8::9]:1"), isProven: true, at: .zero) == .refused)
        #expect(try budget.admit(route("[2001:db8:0:1::1]:1"), isProven: true, at: .zero) == .admitted)
    }

    @Test func introducersAreBoundedWithoutCookies() {
        var budget = HandshakeBudget(capacity: 100)
        let route = Route.introducer(alice.key)
        for _ in 0..<16 { #expect(budget.admit(route, isProven: false, at: .zero) == .admitted) }
        #expect(budget.admit(route, isProven: false, at: .zero) == .refused)
        let other = Route.introducer(bob.key)
        #expect(budget.admit(other, isProven: false, at: .zero) == .admitted)
    }

    @Test func theTableOfBudgetsIsBoundedAndForgetsWhoIsQuiet() {
        var budget = HandshakeBudget(capacity: 4)
        func route(_ port: UInt16) -> Route { .address(alice.address, port: port) }
        for port in UInt16(0)..<4 { #expect(budget.admit(route(port), isProven: false, at: .zero) == .admitted) }
        #expect(budget.admit(route(4), isProven: false, at: .zero) == .cookie)
        #expect(budget.admit(route(4), isProven: false, at: .zero + .seconds(1)) == .admitted)
    }
}
