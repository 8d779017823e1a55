public import Basics
internal import Paths

/// Where a datagram goes, and which address of ours it leaves from.
public struct DatagramEnds: Equatable, Sendable {
    /// Our address; nil: the kernel chooses.
    public let local: IPAddress?
    /// Where to.
    public let remote: SocketAddress

    /// nil for ends that no datagram leads between.
    init?(_ ends: PathEnds) {
        guard case .addresses(let local, let remote) = ends else { return nil }
        self.local = local.ip.isUnspecified ? nil : local.ip
        self.remote = remote
    }
}
