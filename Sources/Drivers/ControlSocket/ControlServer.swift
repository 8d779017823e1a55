import Basics
import CShims
import Glibc
public import NetworkLoop
import Platform

/// The socket that clients of this user talk to: bytes, lines, descriptors and their limits. What a line means is not
/// its business.
///
/// Clients are served in turns, some lines each, so that none of them, nor a call, waits for another.
@NetworkActor
public final class ControlServer {
    /// What clients may use.
    public let limits: Limits

    weak var delegate: (any ControlSocketDelegate)?
    var connections: [ClientID: Connection] = [:]
    /// Clients with lines, in the order of their turns.
    var queue: [ClientID] = []
    /// Connections whose end the delegate does not know yet.
    var ended: [(client: ClientID, reason: CloseReason)] = []
    /// The buffers and descriptors of all.
    var counted = Connection.Holdings()
    var chunk = [UInt8](repeating: 0, count: 16_384)
    var pump: Wake?
    var timer: LoopTimer?
    var acceptingResumes: Instant?
    private var file: SocketFile?
    private var listening: DescriptorWatch?
    private var connected: UInt64 = 0

    /// Listens at `path`. Precondition of all else: the delegate lives as long as clients shall be served.
    public init(
        at path: String, limits: Limits = Limits(), delegate: any ControlSocketDelegate
    ) throws(ControlSocketError) {
        self.limits = limits
        self.delegate = delegate
        let file = try SocketFile(at: path)
        let number = file.descriptor.rawValue
        self.file = consume file
        listening = DescriptorWatch(number, for: .read) { [weak self] _ in self?.accept(from: number) }
        pump = Wake { [weak self] in self?.turn() }
        timer = LoopTimer { [weak self] in self?.timeout(at: MonotonicClock.now) }
    }

    /// Clients that are connected.
    public var clientCount: Int { connections.values.count { $0.phase == .open } }

    /// Sends a line, to which the newline is added. A client that is gone gets nothing.
    public func send(_ line: [UInt8], to client: ClientID) {
        guard let connection = connections[client], connection.phase == .open else { return }
        connection.send(line)
        guard connection.output.count <= limits.backlogByteCount else { return drop(connection, .notReading) }
        settle(connection)
    }

    /// Bytes sent to the client and not written yet.
    public func backlog(of client: ClientID) -> Int { connections[client]?.output.count ?? 0 }

    /// Ends the connection once what was sent is written. The delegate is not told.
    public func close(_ client: ClientID) {
        guard let connection = connections[client], connection.phase == .open else { return }
        leave(connection, lingers: false)
    }

    /// Ends all connections and stops listening. The socket's file is gone when this returns.
    public func close() {
        listening = nil
        file = nil
        pump = nil
        timer = nil
        connections = [:]
        delegate = nil
    }
}

// MARK: - Connecting

extension ControlServer {
    /// Connections taken in one turn of the loop, and how long none is taken when descriptors have run out.
    private static let acceptsPerTurn = 16, acceptPause: Duration = .milliseconds(100)

    private func accept(from listener: Int32) {
        for _ in 0..<Self.acceptsPerTurn {
            let number = parley_accept(listener)
            if number >= 0 {
                welcome(Descriptor(owning: number))
            } else if errno != EINTR, errno != ECONNABORTED {
                if errno != EAGAIN { pauseAccepting() }
                return
            }
        }
    }

    /// Another user, root included, gets no byte, whatever the bits of the file say.
    private func welcome(_ descriptor: consuming Descriptor) {
        var uid: UInt32 = 0, pid: Int32 = 0
        guard unsafe parley_peer_credentials(descriptor.rawValue, &uid, &pid) == 0 else { return }  // it is gone
        guard uid == geteuid() else {
            delegate?.refused(.otherUser(uid: uid))
            return
        }
        guard connections.count < limits.connections else {
            delegate?.refused(.tooMany)
            return
        }
        connected += 1
        let connection = Connection(ClientID(rawValue: connected), descriptor)
        connections[connection.id] = connection
        connection.watch { [weak self, weak connection] readiness in
            if let connection { self?.ready(connection, readiness) }
        }
        delegate?.opened(connection.id, pid: pid)
    }

    /// Those who wait for us to have descriptors again wait in the kernel.
    private func pauseAccepting() {
        let resumes = MonotonicClock.now + Self.acceptPause
        acceptingResumes = resumes
        listening?.interest = []
        wake(by: resumes)
    }

    func resumeAccepting() {
        acceptingResumes = nil
        listening?.interest = .read
    }
}
