import Basics

@testable import Transport

/// Devices and what is on its way between them, in virtual time.
final class Wire {
    private(set) var now = Instant.zero
    let devices: [Device]
    /// One way.
    var delay: Duration = .milliseconds(10)
    /// Says when a packet that leaves now arrives: once, never, or more often. Control messages are reliable.
    var fate: (_ packet: [UInt8], _ from: Device, _ to: Device) -> [Duration]
    /// Every handshake packet that left, in order, and the first sealed ones.
    private(set) var log: [(time: Instant, from: Bytes32, packet: [UInt8])] = []

    private struct Flight {
        let arrival: Instant
        let parcel: Device.Parcel
        let sender: Device
    }

    private var flights: [Flight] = []

    init(_ devices: Device...) {
        self.devices = devices
        fate = { _, _, _ in [.zero] }
        for device in devices {
            for other in devices where other !== device { device.peers[other.route] = other.key }
        }
    }

    /// Packets of one type that left.
    func log(of type: PacketType) -> [(time: Instant, from: Bytes32, packet: [UInt8])] {
        log.filter { $0.packet.first == type.rawValue }
    }

    /// Lets time go on by `duration`.
    func run(_ duration: Duration) { run(until: now + duration) }

    func run(until end: Instant) {
        collect()
        while let moment = nextMoment, moment <= end {
            now = max(now, moment)
            if let next = flights.last, next.arrival <= now {
                land(flights.removeLast())
            } else {
                for device in devices where device.deadline <= now { device.timeout(at: now) }
            }
            collect()
        }
        now = end
    }

    /// Puts a packet on the wire as if `sender` had sent it.
    func inject(_ packet: [UInt8], from sender: Device, to receiver: Device, after delay: Duration = .zero) {
        let parcel = Device.Parcel(content: .packet(packet), peer: receiver.key)
        take(off: parcel, from: sender, after: delay)
    }

    private var nextMoment: Instant? {
        let deadline = devices.map(\.deadline).min()
        return [flights.last?.arrival, deadline].compactMap { $0 }.min()
    }

    /// Keeps the flights by arrival, the next one last; of two that arrive together, the later started lies before.
    private func take(off parcel: Device.Parcel, from sender: Device, after delay: Duration) {
        let flight = Flight(arrival: now + delay, parcel: parcel, sender: sender)
        var (low, high) = (0, flights.count)
        while low < high {
            let middle = (low + high) / 2
            if flights[middle].arrival > flight.arrival { low = middle + 1 } else { high = middle }
        }
        flights.insert(flight, at: low)
    }

    private func land(_ flight: Flight) {
        for device in devices where device.key == flight.parcel.peer {
            device.receive(flight.parcel.content, from: flight.sender, at: now)
        }
    }

    private func collect() {
        for sender in devices {
            for parcel in sender.takeOutbox() {
                guard let receiver = devices.first(where: { $0.key == parcel.peer }) else { continue }
                for extra in fate(of: parcel, from: sender, to: receiver) {
                    take(off: parcel, from: sender, after: delay + extra)
                }
            }
        }
    }

    private func fate(of parcel: Device.Parcel, from sender: Device, to receiver: Device) -> [Duration] {
        switch parcel.content {
        case .control: return [.zero]
        case .packet(let packet):
            if packet.first != 0xC4 || log.count < 1_000 { log.append((now, sender.key, packet)) }
            return fate(packet, sender, receiver)
        }
    }
}

extension Array where Element == Output {
    var confirmed: [SessionID] { compactMap { if case .confirmed(let id) = $0 { id } else { nil } } }
    var established: [Establishment] { compactMap { if case .established(let it) = $0 { it } else { nil } } }
    var closed: [CloseReason] { compactMap { if case .closed(_, let why) = $0 { why } else { nil } } }
    var ended: [HandshakeEnd] { compactMap { if case .ended(_, let why) = $0 { why } else { nil } } }
    var rekeyed: [UInt32] { compactMap { if case .rekeyed(_, let epoch) = $0 { epoch } else { nil } } }
    var voided: [UInt32] { compactMap { if case .voided(_, let epoch) = $0 { epoch } else { nil } } }
    var rekeyDue: [RekeyCarriage] { compactMap { if case .rekeyDue(_, let how) = $0 { how } else { nil } } }
    var padding: [SealedPadding] { compactMap { if case .transmitSealed(let it) = $0 { it } else { nil } } }
}

extension Wire {
    /// Makes a session between two devices, and gives back each side's.
    @discardableResult
    func connect(_ caller: Device, _ callee: Device) throws -> (SessionID, SessionID) {
        try caller.initiate(to: callee, at: now)
        run(delay * 4)
        return (try caller.session(with: callee).orThrow(), try callee.session(with: caller).orThrow())
    }
}
