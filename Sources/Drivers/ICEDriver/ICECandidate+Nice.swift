import Basics
import CNice
import CShims
import Glibc
import NetworkLoop
import Paths

extension ICECandidate {
    /// What libnice found; nil for what has no place on the wire: TCP, and numbers that RFC 8445 forbids.
    init?(_ candidate: UnsafePointer<NiceCandidate>) {
        guard unsafe candidate.pointee.transport == NICE_CANDIDATE_TRANSPORT_UDP,
            let kind = unsafe Kind(candidate.pointee.type),
            let address = unsafe SocketAddress(candidate, \.addr)
        else { return nil }
        let foundation = unsafe withUnsafePointer(to: candidate.pointee.foundation) { characters in
            unsafe characters.withMemoryRebound(to: CChar.self, capacity: Int(NICE_CANDIDATE_MAX_FOUNDATION)) {
                unsafe String(cString: $0)
            }
        }
        unsafe self.init(
            foundation: foundation, priority: candidate.pointee.priority, kind: kind, address: address,
            relayTransport: RelayTransport(candidate))
    }

    /// Lends `body` the candidate as libnice reads it. Nothing for one that only checks can discover. What libnice 0.1.21
    /// does not look at is true of every `ICECandidate`: the priority is not 0, the foundation fits.
    func withNiceCandidate(_ body: (UnsafeMutablePointer<NiceCandidate>) -> Void) {
        guard let type = kind.niceType, let candidate = unsafe nice_candidate_new(type) else { return }
        defer { unsafe nice_candidate_free(candidate) }
        unsafe candidate.pointee.transport = NICE_CANDIDATE_TRANSPORT_UDP
        unsafe candidate.pointee.priority = priority
        unsafe candidate.pointee.stream_id = 1
        unsafe candidate.pointee.component_id = 1
        unsafe withUnsafeMutablePointer(to: &candidate.pointee.foundation) { characters in
            let capacity = Int(NICE_CANDIDATE_MAX_FOUNDATION)
            unsafe characters.withMemoryRebound(to: CChar.self, capacity: capacity) {
                _ = unsafe g_strlcpy($0, foundation, gsize(capacity))
            }
        }
        unsafe address.write(to: &candidate.pointee.addr)
        unsafe body(candidate)
    }
}

extension ICECandidate.Kind {
    init?(_ type: NiceCandidateType) {
        switch type {
        case NICE_CANDIDATE_TYPE_HOST: self = .host
        case NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE: self = .serverReflexive
        case NICE_CANDIDATE_TYPE_PEER_REFLEXIVE: self = .peerReflexive
        case NICE_CANDIDATE_TYPE_RELAYED: self = .relayed
        default: return nil
        }
    }

    /// nil: libnice takes none from a peer, since a peer cannot know it.
    var niceType: NiceCandidateType? {
        switch self {
        case .host: NICE_CANDIDATE_TYPE_HOST
        case .serverReflexive: NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE
        case .peerReflexive: nil
        case .relayed: NICE_CANDIDATE_TYPE_RELAYED
        }
    }
}

extension ICECandidate.RelayTransport {
    /// How we reach the relay of a candidate of our own; nil when it is none.
    ///
    /// libnice does not show it, but prefers relays by UDP (30) to those by TCP (20) in the byte of the priority that
    /// says the type; one server often serves both at the same address and port.
    init?(_ candidate: UnsafePointer<NiceCandidate>) {
        guard unsafe candidate.pointee.type == NICE_CANDIDATE_TYPE_RELAYED else { return nil }
        self = unsafe candidate.pointee.priority >> 24 >= 30 ? .udp : .tcp
    }
}

extension SocketAddress {
    /// An address in a candidate of libnice; nil when it is none.
    init?(_ candidate: UnsafePointer<NiceCandidate>, _ field: KeyPath<NiceCandidate, NiceAddress>) {
        self.init(unsafe candidate.pointee[keyPath: field])
    }

    /// nil: an address that was never set.
    init?(_ address: NiceAddress) {
        var address = address
        guard unsafe nice_address_is_valid(&address) != 0 else { return nil }
        var storage = sockaddr_storage()
        let value = unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe nice_address_copy_to_sockaddr(&address, $0)
            }
            return unsafe parley_address_from(storage)
        }
        self.init(value)
    }

    /// Writes it as libnice reads it.
    func write(to address: inout NiceAddress) {
        unsafe nice_address_init(&address)
        switch ip.family {
        case .v4: unsafe nice_address_set_ipv4(&address, UInt32(truncatingIfNeeded: ip.halves.low))
        case .v6:
            unsafe nice_address_set_ipv6(&address, ip.bytes)
            unsafe address.s.ip6.sin6_scope_id = scope
        }
        unsafe nice_address_set_port(&address, UInt32(port))  // setting the host resets the port
    }
}
