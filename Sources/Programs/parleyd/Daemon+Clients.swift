import Basics
import ControlAPI
import ControlSocket
import Glibc
import NetworkLoop
import NodeEngine
import Platform

/// Clients of the control socket.
extension Daemon: ControlSocketDelegate {
    func opened(_ client: ClientID, pid: Int32) {
        let number = ClientNumber(number: client.rawValue)
        clients[number] = client
        node.clientOpened(number, uid: getuid(), at: KeyKeeper.moment)
        pump()
    }

    func refused(_ refusal: ConnectionRefusal) {
        switch refusal {
        case .otherUser(let uid): node.clientRefused(.otherUser(uid: uid), at: KeyKeeper.moment)
        case .tooMany: node.clientRefused(.tooMany, at: KeyKeeper.moment)
        }
        pump()
    }

    func received(_ line: [UInt8], _ lineDescriptors: consuming Descriptors, from client: ClientID) {
        lineCount += 1
        let name = RequestLine(number: lineCount)
        let count = lineDescriptors.count
        descriptors.keep(lineDescriptors, of: name)
        countForClients()
        node.handle(
            line: line.rawSpan, name, descriptorCount: count, from: ClientNumber(number: client.rawValue),
            at: KeyKeeper.moment)
        pump()
        // What the request has not taken by now, it has no use for, unless it waits for the journal first.
        if !node.needsDescriptors(of: name) { descriptors.forget(name) }
    }

    func farewell(for fault: ClientFault) -> [UInt8]? {
        switch fault {
        case .lineTooLong: Self.withoutLineFeed(RPCLine.tooLong)
        case .descriptorsExhausted: Self.withoutLineFeed(RPCLine.descriptorsExhausted)
        case .lineUnfinished, .tooManyDescriptors: nil
        }
    }

    func closed(_ client: ClientID, because reason: CloseReason) {
        let number = ClientNumber(number: client.rawValue)
        clients[number] = nil
        node.clientClosed(number)
        pump()
    }

    func drained(_ client: ClientID) {}

    func send(_ line: [UInt8], to client: ClientNumber) {
        guard let id = clients[client] else { return }
        control?.send(Self.withoutLineFeed(line), to: id)
    }

    private static func withoutLineFeed(_ line: [UInt8]) -> [UInt8] { Array(line.dropLast()) }
}
