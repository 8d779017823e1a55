public import Basics
internal import Crypto

/// One device of a contact.
public struct ContactDevice: Sendable {
    /// The device's Noise static key: the key under which sessions with it are found.
    public let noiseStatic: Bytes32
    /// The secret of this pair of devices, mixed into every handshake from the pairing on.
    public var pairing: SharedSecret?
    /// Where it was last reached, best first.
    public var addresses: [SocketAddress]

    /// Addresses kept at most.
    public static let mostAddresses = 8

    /// A device with what is known of it.
    public init(noiseStatic: Bytes32, pairing: SharedSecret?, addresses: [SocketAddress]) {
        self.noiseStatic = noiseStatic
        self.pairing = pairing
        self.addresses = Array(addresses.prefix(Self.mostAddresses))
    }

    /// Puts an address that just worked first.
    public mutating func learned(_ address: SocketAddress) {
        guard addresses.first != address else { return }
        addresses.removeAll { $0 == address }
        addresses = Array(([address] + addresses).prefix(Self.mostAddresses))
    }
}

/// A person whom we know, and who may call us.
public struct Contact: Sendable {
    /// Who.
    public let peer: PeerID
    /// What we call the person: unique among the contacts.
    public var name: String
    /// Devices of one person at most.
    public static let mostDevices = 16

    /// The person's devices that we have met, by Noise static key.
    public var devices: OrderedMap<Bytes32, ContactDevice>
    /// Whether the person gets no answer of any kind.
    public var isBlocked: Bool
    /// Since when we know the person.
    public let added: WallTime
    /// The random id under which the journal knows the person.
    public let subject: String

    /// A contact with one device.
    public init(peer: PeerID, name: String, device: ContactDevice, added: WallTime, subject: String) {
        self.peer = peer
        self.name = name
        devices = OrderedMap()
        devices[device.noiseStatic] = device
        isBlocked = false
        self.added = added
        self.subject = subject
    }
}

extension Contact {
    /// The contact as the state store keeps it: 1 identity, 2 name, 3 blocked, 4 added in seconds, 5 subject, 6 devices,
    /// each 1 Noise static, 2 pairing secret, 3 addresses as text.
    public var encoded: [UInt8] {
        let deviceMaps = devices.values.map { device -> CBORValue in
            var fields: CBORMap = [
                1: .bytes(device.noiseStatic), 3: .array(device.addresses.map { .text($0.description) }),
            ]
            if let pairing = device.pairing { fields[2] = pairing.bytes.withBytes { .bytes($0) } }
            return .map(fields)
        }
        return CBORValue.map([
            1: .bytes(peer.key), 2: .text(name), 3: .bool(isBlocked), 4: .int(added.seconds), 5: .text(subject),
            6: .array(deviceMaps),
        ]).encoded
    }

    /// Reads what `encoded` wrote; nil for anything else.
    public init?(decoding bytes: [UInt8]) {
        do {
            let fields = try CBORValue(decoding: bytes).map ?? [:]
            peer = PeerID(key: try fields.bytes32(1))
            name = try fields.text(2, maximum: 256)
            isBlocked = try fields.bool(3)
            added = WallTime(milliseconds: try fields.int(4) &* 1000)
            subject = try fields.text(5, maximum: 64)
            devices = OrderedMap()
            for item in try fields.array(6, maximum: Self.mostDevices) {
                guard let device = item.map else { return nil }
                let pairing = try device.bytesIfPresent(2, count: 32...32)
                let noiseStatic = try device.bytes32(1)
                devices[noiseStatic] = ContactDevice(
                    noiseStatic: noiseStatic, pairing: pairing.map { SharedSecret(SecretBytes(copying: $0.rawSpan)) },
                    addresses: try device.array(3, maximum: 16).compactMap { $0.text.flatMap { SocketAddress($0) } })
            }
        } catch { return nil }
    }
}
