internal import Basics
internal import Crypto
internal import Paths

/// What the configuration and the machine decide for the device.
struct Settings {
    /// The name that contacts are shown, when it is not the identity's own.
    var name: String?
    var ringDuration: Duration
    var autoAnswer: Configuration.AutoAnswer
    var autoAnswerSources: [String]
    var autoAnswerSinks: [String]
    /// Which paths ICE may use.
    var icePolicy: ICEPolicy
    /// Where others may reach us: what goes into invites.
    var ownAddresses: [SocketAddress]
    /// How datagrams between addresses go: straight, or through the relay that is the only way out.
    var addressKind = PathKind.host
    /// The UDP port; 0 where a relay is the only way out.
    var port: UInt16
    /// The SHA-256 of the configuration's text.
    var digest: Bytes32

    init(_ configuration: Configuration, listening: [SocketAddress], ownAddresses: [SocketAddress]) {
        name = configuration.name
        ringDuration = configuration.ringDuration
        autoAnswer = configuration.autoAnswer
        autoAnswerSources = configuration.autoAnswerSources
        autoAnswerSinks = configuration.autoAnswerSinks
        icePolicy = configuration.icePolicy
        self.ownAddresses = ownAddresses
        port = configuration.icePolicy == .relay ? 0 : listening.first?.port ?? 0
        digest = configuration.digest
    }

    /// A relay is the only way out, and has given us these addresses.
    mutating func reach(_ addresses: [SocketAddress], by transport: ICECandidate.RelayTransport) {
        ownAddresses = addresses
        addressKind = transport == .tcp ? .turnTCP : .turnUDP
    }

    /// What a new configuration changes without a restart.
    func changed(by configuration: Configuration) -> Settings {
        var changed = Settings(configuration, listening: [], ownAddresses: ownAddresses)
        changed.port = port
        changed.icePolicy = icePolicy
        changed.addressKind = addressKind
        return changed
    }

    /// The unspecified address of the family of `remote`: our end of a path, wherever the kernel sends it from.
    static func anyAddress(like remote: SocketAddress) -> SocketAddress {
        SocketAddress(remote.ip.family == .v4 ? IPAddress(v4: 0) : IPAddress(v6: 0, 0), port: 0)
    }

    /// The addresses, of those that this machine has, that others can use: not loopback, unless there is nothing else or
    /// we listen on nothing else (PROTOCOL §4).
    static func reachable(_ addresses: [IPAddress], listening: [SocketAddress]) -> [SocketAddress] {
        var found: [SocketAddress] = []
        for socket in listening {
            let candidates = socket.ip.isUnspecified ? addresses.filter { isServed($0, by: socket) } : [socket.ip]
            found += candidates.map { SocketAddress($0, port: socket.port) }
        }
        let outward = found.filter { !$0.ip.isLoopback && !$0.ip.isLinkLocal && !$0.ip.isMulticast }
        let usable = outward.isEmpty ? found.filter { $0.ip.isLoopback } : outward
        return Array(Set(usable)).sorted()
    }

    /// A socket bound to `::` takes IPv4 as well.
    private static func isServed(_ address: IPAddress, by socket: SocketAddress) -> Bool {
        socket.ip.family == .v6 || address.family == .v4
    }
}
