internal import Basics
internal import Mesh
internal import Transport

/// The newest stamp of each remote device, stored after it has confirmed a session (PROTOCOL §2).
///
/// Whoever has an identity can certify as many device keys as he likes. So of the devices of a contact that no pairing
/// vouches for only a few are known, and only a few new ones are admitted within a day.
struct DeviceStamps {
    /// Devices of one contact that are known beside those that were paired: of more, the one not seen for longest is
    /// forgotten.
    static let mostUnpaired = 8
    /// New ones of one contact within a day.
    static let newPerDay = 8

    private static let day: Duration = .seconds(24 * 3600)

    /// What is known of one device.
    struct Known {
        let owner: PeerID
        let stamp: TAI64N
        /// When it last confirmed a session.
        let seen: WallTime
    }

    private var devices = OrderedMap<Bytes32, Known>()
    /// When new devices of each contact were admitted within the last day.
    private var admissions = OrderedMap<PeerID, [Instant]>()

    /// The newest stamp of a device.
    subscript(device: Bytes32) -> TAI64N? { devices[device]?.stamp }

    /// Whether a device of `peer` is no news, or may be.
    func admits(_ device: Bytes32, of peer: PeerID, at now: Instant) -> Bool {
        isKnown(device, of: peer) || recentAdmissions(of: peer, at: now).count < Self.newPerDay
    }

    /// Whether the device has confirmed a session before, as one of `peer`.
    func isKnown(_ device: Bytes32, of peer: PeerID) -> Bool { devices[device]?.owner == peer }

    /// A device of `peer` that was not paired has confirmed a session for the first time: it is counted, and those that must
    /// give way to it are forgotten. `isPaired` tells which of the others are.
    mutating func admit(_ peer: PeerID, at now: Instant, isPaired: (Bytes32) -> Bool) -> [Bytes32] {
        admissions[peer] = recentAdmissions(of: peer, at: now) + [now]
        let others = owned(by: peer).filter { !isPaired($0.device) }.sorted { $0.seen < $1.seen }
        let forgotten = others.dropLast(Self.mostUnpaired - 1).map { $0.device }
        for device in forgotten { devices.removeValue(forKey: device) }
        return forgotten
    }

    /// A device has confirmed a session; gives what to store of it.
    mutating func confirm(_ device: Bytes32, of peer: PeerID, _ stamp: TAI64N, at wall: WallTime) -> Known {
        let known = Known(owner: peer, stamp: stamp.stored(after: self[device], at: wall), seen: wall)
        devices[device] = known
        return known
    }

    /// Takes over what was stored.
    mutating func restore(_ device: Bytes32, _ known: Known) { devices[device] = known }

    /// Forgets the devices of somebody who is no contact any more; gives which.
    mutating func remove(_ peer: PeerID) -> [Bytes32] {
        let gone = owned(by: peer).map { $0.device }
        for device in gone { devices.removeValue(forKey: device) }
        admissions.removeValue(forKey: peer)
        return gone
    }

    private func owned(by peer: PeerID) -> [(device: Bytes32, seen: WallTime)] {
        devices.keys.compactMap { device in
            guard let known = devices[device], known.owner == peer else { return nil }
            return (device, known.seen)
        }
    }

    private func recentAdmissions(of peer: PeerID, at now: Instant) -> [Instant] {
        (admissions[peer] ?? []).filter { now - $0 < Self.day }
    }
}

extension DeviceStamps.Known {
    /// As the state store keeps it: 1 stamp, 2 owner, 3 last seen in seconds.
    var encoded: [UInt8] {
        CBORValue.map([1: .bytes(stamp.bytes), 2: .bytes(owner.key), 3: .int(seen.seconds)]).encoded
    }

    /// Reads what `encoded` wrote; nil for anything else.
    init?(decoding bytes: [UInt8]) {
        do {
            let fields = try CBORValue(decoding: bytes).map ?? [:]
            let bytes = try fields.bytes(1, count: TAI64N.byteCount)
            let owner = PeerID(key: try fields.bytes32(2))
            let seen = WallTime(milliseconds: try fields.int(3) &* 1000)
            guard let stamp = TAI64N(bytes.rawSpan) else { return nil }
            self.init(owner: owner, stamp: stamp, seen: seen)
        } catch { return nil }
    }
}
