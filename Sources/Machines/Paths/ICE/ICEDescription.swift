public import Basics

/// What the two sides of a session tell each other about their ICE agents, on the control stream (RFC 8838): a CBOR map of 0
/// type 12, 1 generation, 2 user name fragment, 3 password, 4 candidates, 5 last, 6 ended.
///
/// Each generation is one agent on each side. Both may begin the next; the higher number holds. Candidates come with the
/// first message and with later ones, which repeat the credentials.
public struct ICEDescription: Equatable, Sendable {
    /// Which agents.
    public let generation: UInt32
    /// The sender's credentials.
    public let credentials: ICECredentials
    /// Candidates of the sender that were not told before.
    public var candidates: [ICECandidate]
    /// Whether these are the last.
    public var isLast: Bool
    /// Whether the sender closes its agent: a better path carries the data.
    public var isEnd: Bool

    private static let type: UInt64 = 12
    /// Candidates of one message at most.
    public static let mostCandidates = 16

    /// What `generation` has to say.
    public init(
        generation: UInt32, credentials: ICECredentials, candidates: [ICECandidate] = [], isLast: Bool = false,
        isEnd: Bool = false
    ) {
        self.generation = generation
        self.credentials = credentials
        self.candidates = candidates
        self.isLast = isLast
        self.isEnd = isEnd
    }

    /// The fields on the control stream.
    public var fields: CBORMap {
        var fields: CBORMap = [
            0: .unsigned(Self.type), 1: .unsigned(UInt64(generation)), 2: .text(credentials.usernameFragment),
            3: .text(credentials.password),
        ]
        if !candidates.isEmpty { fields[4] = .array(candidates.map { .map($0.fields) }) }
        if isLast { fields[5] = true }
        if isEnd { fields[6] = true }
        return fields
    }

    /// Reads the fields of a message; nil when it is none of these. Candidates that are not understood are left out.
    public init?(_ fields: CBORMap) {
        do {
            guard try fields.uint(0) == Self.type,
                let credentials = ICECredentials(
                    usernameFragment: try fields.text(2, maximum: ICECredentials.longestByteCount),
                    password: try fields.text(3, maximum: ICECredentials.longestByteCount))
            else { return nil }
            generation = try fields.uint(1, as: UInt32.self)
            self.credentials = credentials
            candidates = try fields.arrayIfPresent(4, maximum: Self.mostCandidates)
                .compactMap { $0.map.flatMap { ICECandidate($0) } }
            isLast = try fields.boolIfPresent(5)
            isEnd = try fields.boolIfPresent(6)
        } catch { return nil }
    }
}

extension ICECandidate {
    /// 1 foundation, 2 priority, 3 kind, 4 address (4 or 16 bytes), 5 port, 6 how its owner reaches the relay.
    fileprivate var fields: CBORMap {
        var fields: CBORMap = [
            1: .text(foundation), 2: .unsigned(UInt64(priority)), 3: .unsigned(UInt64(kind.rawValue)),
            4: .bytes(address.ip.bytes), 5: .unsigned(UInt64(address.port)),
        ]
        if let relayTransport { fields[6] = .unsigned(UInt64(relayTransport.rawValue)) }
        return fields
    }

    fileprivate init?(_ fields: CBORMap) {
        do {
            guard let kind = Kind(rawValue: try fields.uint(3, as: UInt8.self)),
                let ip = IPAddress(bytes: try fields.bytes(4, count: 4...16))
            else { return nil }
            let transport = try fields.uintIfPresent(6, as: UInt8.self).flatMap { RelayTransport(rawValue: $0) }
            self.init(
                foundation: try fields.text(1, maximum: 32), priority: try fields.uint(2, as: UInt32.self), kind: kind,
                address: SocketAddress(ip, port: try fields.uint(5, as: UInt16.self)), relayTransport: transport)
        } catch { return nil }
    }
}
