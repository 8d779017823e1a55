import Basics
import Crypto
import Mesh
import Testing

/// Mutual contacts lead two to each other, and nobody else to anybody.
@Suite struct IntroducerTests {
    private let now = Instant(nanoseconds: 1)
    private let packet: [UInt8] = [0xC1] + [UInt8](repeating: 7, count: 99)

    private func device(_ number: UInt8) -> Bytes32 { Bytes32([UInt8](repeating: number, count: 32)) ?? .zero }

    private func tag(_ number: UInt8) throws -> IntroductionTag {
        try #require(IntroductionTag([UInt8](repeating: number, count: 16)))
    }

    private func drain(_ introducer: inout Introducer) -> [Introducer.Output] {
        var outputs: [Introducer.Output] = []
        while let output = introducer.poll() { outputs.append(output) }
        return outputs
    }

    /// An introducer with whom device 2 has registered tag 9, and the circuit by which device 1 asked for it.
    private func asked() throws -> (introducer: Introducer, circuit: UInt32) {
        var introducer = Introducer()
        introducer.handle(.register([try tag(9)]), from: device(2), at: now)
        introducer.handle(.ask(circuit: 5, tags: [try tag(8), try tag(9)], packet: packet), from: device(1), at: now)
        let outputs = drain(&introducer)
        guard outputs.count == 1, case .asked(let circuit, packet) = outputs[0].message else {
            throw Failure.unexpected(outputs)
        }
        #expect(outputs[0].device == device(2))
        return (introducer, circuit)
    }

    private enum Failure: Error { case unexpected([Introducer.Output]) }

    @Test func packetsGoBothWays() throws {
        var (introducer, circuit) = try asked()
        introducer.handle(.reply(circuit: circuit, packet: packet), from: device(2), at: now)
        introducer.handle(.ask(circuit: 5, tags: [], packet: packet), from: device(1), at: now)
        let outputs = drain(&introducer)
        #expect(outputs.map(\.device) == [device(1), device(2)])
        #expect(
            outputs.map(\.message) == [
                .replied(circuit: 5, packet: packet), .asked(circuit: circuit, packet: packet),
            ])
    }

    @Test func nobodyElseUsesACircuit() throws {
        var (introducer, circuit) = try asked()
        introducer.handle(.reply(circuit: circuit, packet: packet), from: device(3), at: now)
        #expect(drain(&introducer).isEmpty)
        introducer.handle(.ask(circuit: 5, tags: [], packet: packet), from: device(3), at: now)
        #expect(drain(&introducer).map(\.message) == [.refused(circuit: 5, .unknown)])
    }

    @Test func whoIsNotRegisteredIsUnknown() throws {
        var introducer = Introducer()
        introducer.handle(.register([try tag(9)]), from: device(2), at: now)
        introducer.handle(.register([]), from: device(2), at: now)
        introducer.handle(.ask(circuit: 1, tags: [try tag(9)], packet: packet), from: device(1), at: now)
        #expect(drain(&introducer).map(\.message) == [.refused(circuit: 1, .unknown)])
        #expect(!introducer.hasRegistered(device(2)) && introducer.registeredCount == 0)
    }

    @Test func nobodyIsLedToHimself() throws {
        var introducer = Introducer()
        introducer.handle(.register([try tag(9)]), from: device(2), at: now)
        introducer.handle(.ask(circuit: 1, tags: [try tag(9)], packet: packet), from: device(2), at: now)
        #expect(drain(&introducer).map(\.message) == [.refused(circuit: 1, .unknown)])
    }

    @Test func aTagStaysWithWhoRegisteredItFirst() throws {
        var introducer = Introducer()
        introducer.handle(.register([try tag(9)]), from: device(2), at: now)
        introducer.handle(.register([try tag(9)]), from: device(3), at: now)
        introducer.handle(.register([]), from: device(3), at: now)
        introducer.handle(.ask(circuit: 1, tags: [try tag(9)], packet: packet), from: device(1), at: now)
        #expect(drain(&introducer).map(\.device) == [device(2)])
    }

    @Test func whoGoesIsLedToNobodyMore() throws {
        var (introducer, circuit) = try asked()
        introducer.gone(device(2))
        #expect(drain(&introducer).map(\.message) == [.refused(circuit: 5, .gone)])
        introducer.handle(.reply(circuit: circuit, packet: packet), from: device(2), at: now)
        introducer.handle(.ask(circuit: 5, tags: [], packet: packet), from: device(1), at: now)
        #expect(drain(&introducer).map(\.message) == [.refused(circuit: 5, .unknown)])
    }

    @Test func aCircuitCarriesTheBeginningOfASessionAndNoMore() throws {
        var (introducer, _) = try asked()
        var carried = 0
        for _ in 0..<1_000 {
            introducer.handle(.ask(circuit: 5, tags: [], packet: packet), from: device(1), at: now)
            carried += drain(&introducer).count { $0.device == device(2) }
        }
        #expect((64...256).contains(carried))
        // A minute later there may be a handshake more.
        introducer.handle(.ask(circuit: 5, tags: [], packet: packet), from: device(1), at: now + .seconds(61))
        #expect(drain(&introducer).map(\.device) == [device(2)])
    }

    @Test func anAskerHasSixteenCircuitsAndIdleOnesEnd() throws {
        var introducer = Introducer()
        introducer.handle(.register([try tag(9)]), from: device(2), at: now)
        for circuit in UInt32(0)..<100 {
            introducer.handle(.ask(circuit: circuit, tags: [try tag(9)], packet: packet), from: device(1), at: now)
        }
        let outputs = drain(&introducer)
        #expect(outputs.count { $0.device == device(2) } == 16)
        #expect(outputs.count { if case .refused(_, .tooMuch) = $0.message { true } else { false } } == 84)
        introducer.handle(
            .ask(circuit: 200, tags: [try tag(9)], packet: packet), from: device(1), at: now + .seconds(121))
        #expect(drain(&introducer).map(\.device) == [device(2)])
    }

    @Test func messagesComeBackAsTheyWereSaid() throws {
        let messages: [Introduction] = [
            .register([]), .register([try tag(1), try tag(2)]), .ask(circuit: 0, tags: [try tag(3)], packet: packet),
            .ask(circuit: .max, tags: [], packet: packet), .asked(circuit: 1, packet: packet),
            .reply(circuit: 2, packet: packet), .replied(circuit: 3, packet: packet), .refused(circuit: 4, .gone),
        ]
        for message in messages { #expect(Introduction(message.fields) == message) }
    }

    @Test func messagesThatLieAreRefused() throws {
        let good = Introduction.ask(circuit: 1, tags: [try tag(3)], packet: packet).fields
        func isRefused(_ key: UInt64, _ value: CBORValue?) -> Bool {
            var fields = good
            fields[key] = value
            return Introduction(fields) == nil
        }
        #expect(isRefused(0, 5) && isRefused(0, 12) && isRefused(2, nil) && isRefused(2, .unsigned(1 << 32)))
        #expect(isRefused(1, .array([.bytes([1])])) && isRefused(1, .array(Array(repeating: .bytes([1]), count: 4))))
        #expect(isRefused(3, .bytes([])) && isRefused(3, .bytes([0x80])))
        #expect(isRefused(3, .bytes([0xC1] + [UInt8](repeating: 0, count: 1_200))))
    }

    // MARK: Tags

    @Test func tagsAreOfOneSecretOneIntroducerOneRegistrarAndOneHour() {
        let secret = SecretBytes(copying: [UInt8](repeating: 1, count: 32).rawSpan)
        let other = SecretBytes(copying: [UInt8](repeating: 2, count: 32).rawSpan)
        let tag = IntroductionTag(secret: secret, introducer: device(1), registrar: device(2), hour: 500_000)
        #expect(tag == IntroductionTag(secret: secret, introducer: device(1), registrar: device(2), hour: 500_000))
        let different = [
            IntroductionTag(secret: other, introducer: device(1), registrar: device(2), hour: 500_000),
            IntroductionTag(secret: secret, introducer: device(3), registrar: device(2), hour: 500_000),
            IntroductionTag(secret: secret, introducer: device(1), registrar: device(3), hour: 500_000),
            IntroductionTag(secret: secret, introducer: device(1), registrar: device(2), hour: 500_001),
        ]
        #expect(!different.contains(tag) && Set(different).count == 4)
        #expect(IntroductionTag(tag.bytes) == tag)
    }

    // MARK: Routes

    @Test func routesAreFoundAgainAndOldOnesMakeRoom() {
        var table = CircuitTable()
        let first = table.route(to: device(2), through: device(1))
        let second = table.route(to: device(2), through: device(1))
        let route = first.route
        #expect(first.isNew && !second.isNew && second.route == route)
        let number = table[route]?.number ?? 0
        #expect(table.route(ofOurs: number, through: device(1)) == route)
        #expect(table.route(ofOurs: number, through: device(3)) == nil)
        #expect(table.isOpen(to: device(2)))
        let incoming = table.route(ofAsker: 7, through: device(1))
        let again = table.route(ofAsker: 7, through: device(1))
        #expect(again == incoming && incoming != route)
        for number in UInt32(100)..<400 { _ = table.route(ofAsker: number, through: device(4)) }
        #expect(table[route] == nil && table[incoming] == nil)
        let gone = table.gone(device(4)).count
        #expect(gone == CircuitTable.capacity)
    }

    // MARK: Registrations

    @Test func whoIsLookedForInVainIsLookedForSeldomer() {
        var registrations = Registrations(at: now)
        var tries: [Instant] = []
        var time = now
        while time < now + .seconds(7_200) {
            if registrations.timeout(at: time), registrations.choose(among: [device(1)], at: time) != nil {
                tries.append(time)
            }
            time += .seconds(1)
        }
        #expect(tries.first == now && (5...15).contains(tries.count))
        registrations.sessionUp(with: device(1))
        let chosen = registrations.choose(among: [device(1)], at: time)
        #expect(chosen == device(1))
    }

    @Test func onlyWhatDiffersIsToldAndNotToTooMany() throws {
        var registrations = Registrations(at: now)
        let one = [try tag(1)]
        let first = registrations.update(one, with: device(1)), second = registrations.update(one, with: device(1))
        #expect(first && !second)
        let third = registrations.update([], with: device(1)), fourth = registrations.update([], with: device(1))
        #expect(third && !fourth && !registrations.contains(device(1)))
        let told = (UInt8(1)...20).count { registrations.update(one, with: device($0)) }
        #expect(told == Registrations.most)
        registrations.gone(device(1))
        let next = registrations.update(one, with: device(20))
        #expect(registrations.isDue && next)
    }
}
