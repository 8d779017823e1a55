public import Basics

/// Leads contacts of ours to each other who cannot reach each other themselves, with what they register and nothing else to
/// go by (PROTOCOL §6). It carries the few packets with which a session begins, never media.
///
/// Devices are named by their Noise static keys. Whoever calls has a confirmed session with each. Drain `poll` after each
/// input.
public struct Introducer: Sendable {
    /// What to say to whom.
    public struct Output: Equatable, Sendable {
        /// The device.
        public let device: Bytes32
        /// The message.
        public let message: Introduction
    }

    /// Circuits of one asker, and of all.
    static let circuitsOfOne = 16, circuitCapacity = 512
    /// A circuit carries so much in a minute, both ways together: 64 packets and 32 KiB a handshake each way, two handshakes.
    static let packetLimit = 256, byteLimit = 128 << 10
    private static let period: Duration = .seconds(60)
    /// A circuit is forgotten when nothing has passed for so long.
    private static let idle: Duration = .seconds(120)

    private var registrations: [Bytes32: [IntroductionTag]] = [:]
    private var devices: [IntroductionTag: Bytes32] = [:]
    private var circuits = OrderedMap<UInt32, Circuit>()
    private var outputs: [Output] = []
    private var nextNumber: UInt32 = 1

    /// One asker and one who was asked for.
    private struct Circuit {
        let asker: Bytes32, number: UInt32
        let asked: Bytes32
        var lastUse: Instant
        var periodEnd: Instant
        var packetCount = 0, byteCount = 0
    }

    /// Nobody is registered.
    public init() {}

    /// How many devices are registered.
    public var registeredCount: Int { registrations.count }

    /// Whether `device` has registered tags.
    public func hasRegistered(_ device: Bytes32) -> Bool { registrations[device] != nil }

    /// Takes a message from `device`. What is none for an introducer is left alone.
    public mutating func handle(_ message: Introduction, from device: Bytes32, at now: Instant) {
        switch message {
        case .register(let tags): register(tags, of: device)
        case .ask(let circuit, let tags, let packet): ask(circuit, tags, packet, from: device, at: now)
        case .reply(let circuit, let packet): reply(circuit, packet, from: device, at: now)
        case .asked, .replied, .refused: break
        }
    }

    /// The next thing to say.
    public mutating func poll() -> Output? { outputs.isEmpty ? nil : outputs.removeFirst() }

    /// The session with `device` is gone, and with it what it had registered and what was carried for it.
    public mutating func gone(_ device: Bytes32) {
        register([], of: device)
        for (number, circuit) in zip(circuits.keys, circuits.values)
        where circuit.asker == device || circuit.asked == device {
            circuits.removeValue(forKey: number)
            if circuit.asker != device { tell(circuit.asker, .refused(circuit: circuit.number, .gone)) }
        }
    }

    private mutating func register(_ tags: [IntroductionTag], of device: Bytes32) {
        for tag in registrations.removeValue(forKey: device) ?? [] where devices[tag] == device { devices[tag] = nil }
        guard !tags.isEmpty else { return }
        registrations[device] = tags
        // Whoever guessed another's tag has its secret; the first to register keeps it all the same.
        for tag in tags where devices[tag] == nil { devices[tag] = device }
    }

    private mutating func ask(
        _ number: UInt32, _ tags: [IntroductionTag], _ packet: [UInt8], from asker: Bytes32, at now: Instant
    ) {
        guard let key = place(of: number, asker) ?? open(number, tags, from: asker, at: now) else { return }
        guard carry(packet.count, on: key, at: now), let circuit = circuits[key] else {
            return tell(asker, .refused(circuit: number, .tooMuch))
        }
        tell(circuit.asked, .asked(circuit: key, packet: packet))
    }

    private mutating func reply(_ number: UInt32, _ packet: [UInt8], from asked: Bytes32, at now: Instant) {
        guard let circuit = circuits[number], circuit.asked == asked, carry(packet.count, on: number, at: now) else {
            return
        }
        tell(circuit.asker, .replied(circuit: circuit.number, packet: packet))
    }

    private func place(of number: UInt32, _ asker: Bytes32) -> UInt32? {
        zip(circuits.keys, circuits.values).first { $1.asker == asker && $1.number == number }?.0
    }

    private mutating func open(
        _ number: UInt32, _ tags: [IntroductionTag], from asker: Bytes32, at now: Instant
    ) -> UInt32? {
        forgetIdle(at: now)
        guard let tag = tags.first(where: { devices[$0] != nil }), let asked = devices[tag], asked != asker else {
            tell(asker, .refused(circuit: number, .unknown))
            return nil
        }
        guard circuits.count < Self.circuitCapacity,
            circuits.values.count(where: { $0.asker == asker }) < Self.circuitsOfOne
        else {
            tell(asker, .refused(circuit: number, .tooMuch))
            return nil
        }
        let key = nextNumber
        nextNumber &+= 1
        circuits[key] = Circuit(
            asker: asker, number: number, asked: asked, lastUse: now, periodEnd: now + Self.period)
        return key
    }

    /// Counts a packet; false when the circuit has carried enough.
    private mutating func carry(_ byteCount: Int, on key: UInt32, at now: Instant) -> Bool {
        guard var circuit = circuits[key] else { return false }
        circuit.lastUse = now
        if circuit.periodEnd <= now {
            (circuit.packetCount, circuit.byteCount, circuit.periodEnd) = (0, 0, now + Self.period)
        }
        circuit.packetCount += 1
        circuit.byteCount += byteCount
        circuits[key] = circuit
        return circuit.packetCount <= Self.packetLimit && circuit.byteCount <= Self.byteLimit
    }

    private mutating func forgetIdle(at now: Instant) {
        for (key, circuit) in zip(circuits.keys, circuits.values) where circuit.lastUse + Self.idle <= now {
            circuits.removeValue(forKey: key)
        }
    }

    private mutating func tell(_ device: Bytes32, _ message: Introduction) {
        outputs.append(Output(device: device, message: message))
    }
}
