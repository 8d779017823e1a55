internal import Basics

/// Why something was dropped that the endpoint had nothing against, or never saw.
enum NodeDrop: String, CaseIterable {
    /// A valid message 1 of somebody who gets no answer: no contact and no invite, or blocked.
    case stranger
    /// A valid message 1 of a contact's device, when that contact had as many new devices as it may.
    case tooManyDevices = "too_many_devices"
    /// A plaintext of a type that means nothing in this version.
    case unknownPayload = "unknown_payload"
    /// A message on the control stream that is none.
    case malformedMessage = "malformed_message"
    /// A stream of a class that is closed, or for which there is no use.
    case refusedStream = "refused_stream"
    /// A packet on a path for which there is no room.
    case tooManyPaths = "too_many_paths"
    /// A media packet whose SSRC belongs to no call.
    case unboundMedia = "media_unbound"
    /// A media packet of a call whose receiving permit is not open.
    case closedMedia = "media_not_permitted"
    /// A media packet that is no RTP packet of Opus.
    case malformedMedia = "media_malformed"
    /// A datagram of ours for which there was no room.
    case queueFull = "send_queue_full"
    /// A datagram for which the kernel had no room, since we did not read fast enough.
    case socketFull = "socket_full"
    /// A datagram longer than any of ours.
    case datagramTooLong = "datagram_too_long"
    /// A connection of another user to the control socket.
    case foreignClient = "client_of_other_user"
    /// A connection to the control socket beyond those that there may be.
    case tooManyClients = "too_many_clients"
}

/// Counts them.
struct NodeDropCounts {
    private var counts = [Int](repeating: 0, count: NodeDrop.allCases.count)

    subscript(reason: NodeDrop) -> Int {
        get { counts[Self.index(reason)] }
        set { counts[Self.index(reason)] = newValue }
    }

    /// All of them, by their names in `daemon.status`.
    var named: [(String, JSONValue)] { NodeDrop.allCases.map { ($0.rawValue, JSONValue(self[$0])) } }

    mutating func count(_ reason: NodeDrop) { self[reason] += 1 }

    private static func index(_ reason: NodeDrop) -> Int {
        guard let index = NodeDrop.allCases.firstIndex(of: reason) else { preconditionFailure("a case is not listed") }
        return index
    }
}
