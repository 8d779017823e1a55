import Foundation
import Testing

/// Network namespaces of this test alone: two hosts, each behind a router that translates addresses, and a public net
/// with a host for servers. They are gone with `close`.
final class NATLab {
    /// What a router does to UDP.
    enum NAT: String, Codable, Sendable {
        /// One public port for all targets; in come only answers from where we sent to (port-restricted).
        case cone = ""
        /// Another public port for each target.
        case symmetric = "fully-random"
        /// No router: both hosts stand in the public net, with IPv6 alone.
        case none6 = "none"
    }

    /// Whether such tests may run: root, and asked for.
    static var isWanted: Bool {
        ProcessInfo.processInfo.environment["PARLEY_NETNS"] != nil && getuid() == 0
    }

    /// The public host.
    static let server = "10.99.0.1"

    let name: String
    private var coturn: Process?
    private let folder: URL

    init(_ nat: NAT) throws {
        name = "ice\(getpid())\(UUID().uuidString.prefix(4))"
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        do {
            try Self.run(nat == .none6 ? Self.plainNet : Self.twoRouters, [name, nat.rawValue])
        } catch {
            try close()
            throw error
        }
    }

    /// The namespace of the host `a` or `b`.
    static func path(of host: String, in lab: String) -> String { "/var/run/netns/\(lab)-\(host)" }

    /// Starts coturn on the public host: port 3478, UDP and TCP. Its process.
    func startCoturn() throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["ip", "netns", "exec", "\(name)-pub", "turnserver", "-n", "-v", "--no-cli", "--no-tls", "--no-dtls"]
            + ["--listening-ip", Self.server, "--relay-ip", Self.server, "--lt-cred-mech", "--realm", "lab"]
            + ["--user", "u:p", "--userdb", "\(folder.path)/db", "--pidfile", "\(folder.path)/pid"]
            + ["--simple-log", "--log-file", logPath]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        coturn = process
        // It listens on UDP first, then on TCP, where one can see it.
        let wait = "for i in {1..600}; do (: <>/dev/tcp/$2/3478) 2>/dev/null && exit; sleep 0.1; done; exit 1"
        try Self.run("ip netns exec \"$1-pub\" bash -c \"$3\" lab \"$1\" \"$2\"", [name, Self.server, wait])
        return process.processIdentifier
    }

    /// Allocations that coturn has made and deleted so far.
    func allocations() throws -> (made: Int, deleted: Int) {
        let log = try String(contentsOfFile: logPath, encoding: .utf8)
        return (
            log.components(separatedBy: " new, realm=").count - 1,
            log.components(separatedBy: " delete: realm=").count - 1
        )
    }

    private var logPath: String { "\(folder.path)/log" }

    /// Drops all that comes to this port of the public host.
    func silence(_ port: Int) throws {
        let rule =
            "add table inet lab; add chain inet lab in { type filter hook input priority 0 ; }; "
            + "add rule inet lab in udp dport \(port) drop; add rule inet lab in tcp dport \(port) drop"
        try Self.run("ip netns exec \"$1-pub\" nft \"$2\"", [name, rule])
    }

    func close() throws {
        if let coturn, coturn.isRunning {
            kill(coturn.processIdentifier, SIGKILL)  // an idle coturn takes no notice of SIGTERM
            coturn.waitUntilExit()
        }
        try Self.run("for n in pub ra rb a b; do ip netns del $1-$n 2>/dev/null; done; true", [name])
        try FileManager.default.removeItem(at: folder)
    }

    private struct Failure: Error { let text: String }

    private static func run(_ script: String, _ arguments: [String]) throws {
        let process = Process(), errors = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script, "lab"] + arguments
        process.standardError = errors
        try process.run()
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(text: String(decoding: text, as: UTF8.self)) }
    }

    /// The public host needs a default route: without one coturn fails at the first private address of a peer.
    private static let twoRouters = """
        set -e; L=$1; NAT=$2
        for n in pub ra rb a b; do ip netns add $L-$n; ip -n $L-$n link set lo up; done
        ip -n $L-pub link add br0 type bridge; ip -n $L-pub addr add 10.99.0.1/24 dev br0; ip -n $L-pub link set br0 up
        ip -n $L-pub link add s0 type veth peer name s1
        ip -n $L-pub link set s0 up; ip -n $L-pub link set s1 up; ip -n $L-pub route add default dev s0
        for r in a b; do
          [ $r = a ] && { w=10.99.0.11; l=192.168.101; } || { w=10.99.0.12; l=192.168.102; }
          ip link add wan netns $L-r$r type veth peer name p$r netns $L-pub
          ip -n $L-pub link set p$r master br0; ip -n $L-pub link set p$r up
          ip -n $L-r$r addr add $w/24 dev wan; ip -n $L-r$r link set wan up
          ip link add lan netns $L-r$r type veth peer name eth0 netns $L-$r
          ip -n $L-r$r addr add $l.1/24 dev lan; ip -n $L-r$r link set lan up
          ip -n $L-$r addr add $l.2/24 dev eth0; ip -n $L-$r link set eth0 up
          ip -n $L-$r route add default via $l.1
          ip netns exec $L-r$r bash -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
          ip netns exec $L-r$r nft -f - <<N
        table ip nat {
          chain post {
            type nat hook postrouting priority 100
            oifname wan masquerade $NAT
          }
        }
        table ip filter {
          chain forward {
            type filter hook forward priority 0; policy drop
            ct state established,related accept
            iifname lan accept
          }
          chain input {
            type filter hook input priority 0; policy accept
            ct state established,related accept
            iifname wan ip protocol udp drop
          }
        }
        N
        done
        """

    private static let plainNet = """
        set -e; L=$1
        for n in a b; do ip netns add $L-$n; ip -n $L-$n link set lo up; done
        ip link add eth0 netns $L-a type veth peer name eth0 netns $L-b
        for n in a b; do
          ip -n $L-$n link set eth0 up
          [ $n = a ] && i=1 || i=2; ip -n $L-$n addr add fd99::$i/64 dev eth0 nodad
        done
        """
}
