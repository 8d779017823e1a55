import Basics

@testable import Paths

/// A TURN server as a test wants it: it answers the requests of one client.
struct TURNServerModel {
    struct Request: Equatable {
        let method: UInt16
        let peers: Int
        let isSigned: Bool
        let nonce: [UInt8]
        let lifetime: UInt32?
        let channel: UInt16?
    }

    let username = "u", realm = "lab"
    var password = "p", nonce = "nonce 1"
    let relayed = SocketAddress(IPAddress(v4: 0xC000_0201), port: 50_000)
    /// Answers, instead of what the server would say by itself: by method.
    var errors: [UInt16: Int] = [:]
    var requests: [Request] = []

    private var key: [UInt8] { MD5.hash(Array("\(username):\(realm):\(password)".utf8)) }

    /// What the server sends back; nil for what is no request, and for data.
    mutating func answer(_ bytes: [UInt8]) -> [UInt8]? {
        guard let message = STUNMessage(parsing: bytes.rawSpan) else { return nil }
        let isSigned = message.isSigned(with: key, in: bytes.rawSpan)
        requests.append(
            Request(
                method: message.method, peers: Self.count(0x0012, in: bytes), isSigned: isSigned,
                nonce: message.nonce ?? [], lifetime: message.lifetime, channel: Self.channel(in: bytes)))
        if let code = errors[message.method] { return failure(message, code) }
        guard isSigned else { return failure(message, 401) }
        guard message.nonce == Array(nonce.utf8) else { return failure(message, 438) }
        return success(message)
    }

    func success(_ request: STUNMessage, isSigned: Bool = true) -> [UInt8] {
        var writer = STUNWriter(.allocate, request.transaction)
        if request.method == STUN.Method.allocate.rawValue { writer.add(.xorRelayedAddress, relayed) }
        writer.add(.lifetime, request.lifetime ?? 600)
        return sign(typed(writer.finish(signedWith: nil), request.method, 0x0100), isSigned ? key : nil)
    }

    func failure(_ request: STUNMessage, _ code: Int) -> [UInt8] {
        var writer = STUNWriter(.allocate, request.transaction)
        writer.add(.errorCode, [0, 0, UInt8(code / 100), UInt8(code % 100)] + Array("No\u{1B}[31m".utf8))
        writer.add(.realm, Array(realm.utf8))
        writer.add(.nonce, Array(nonce.utf8))
        return typed(writer.finish(signedWith: nil), request.method, 0x0110)
    }

    /// A Data indication.
    func indication(_ data: [UInt8], from peer: SocketAddress) -> [UInt8] {
        var writer = STUNWriter(.data, STUNTransaction(high: 1, low: 2))
        writer.add(.xorPeerAddress, peer)
        writer.add(.data, data)
        return typed(writer.finish(signedWith: nil), STUN.Method.data.rawValue, 0x0010)
    }

    private func typed(_ bytes: [UInt8], _ method: UInt16, _ messageClass: UInt16) -> [UInt8] {
        let type = method | messageClass
        return [UInt8(type >> 8), UInt8(type & 0xFF)] + bytes[2...]
    }

    private func sign(_ bytes: [UInt8], _ key: [UInt8]?) -> [UInt8] {
        guard let key else { return bytes }
        var signed = bytes
        let length = bytes.count - 20 + 24
        (signed[2], signed[3]) = (UInt8(length >> 8), UInt8(length & 0xFF))
        return signed + [0, 8, 0, 20] + SHA1.authenticate(signed, key: key)
    }

    private static func attributes(of bytes: [UInt8]) -> [(type: Int, value: [UInt8])] {
        var found: [(Int, [UInt8])] = [], place = 20
        while place + 4 <= bytes.count {
            let count = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            found.append((Int(bytes[place]) << 8 | Int(bytes[place + 1]), Array(bytes[place + 4..<place + 4 + count])))
            place += 4 + (count + 3) / 4 * 4
        }
        return found
    }

    private static func count(_ type: Int, in bytes: [UInt8]) -> Int { attributes(of: bytes).count { $0.type == type } }

    private static func channel(in bytes: [UInt8]) -> UInt16? {
        attributes(of: bytes).first { $0.type == 0x000C }.map { UInt16($0.value[0]) << 8 | UInt16($0.value[1]) }
    }
}
