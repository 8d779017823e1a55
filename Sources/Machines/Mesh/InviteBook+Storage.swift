internal import Basics
internal import Crypto

extension InviteBook.Invite {
    /// The invite as the state store keeps it: 1 id, 2 secret, 3 expiry in seconds, 4 bound device, 5 used.
    public var encoded: [UInt8] {
        var fields: CBORMap = [1: .unsigned(id), 3: .int(expiry.seconds)]
        if let secret { fields[2] = secret.bytes.withBytes { .bytes($0) } }
        switch state {
        case .open: break
        case .bound(let device): fields[4] = .bytes(device)
        case .used(let device):
            fields[4] = .bytes(device)
            fields[5] = true
        }
        return CBORValue.map(fields).encoded
    }

    /// Reads what `encoded` wrote; nil for anything else.
    public init?(decoding bytes: [UInt8]) {
        do {
            let fields = try CBORValue(decoding: bytes).map ?? [:]
            let secret = try fields.bytesIfPresent(2, count: 16...16)
            let device = try fields.bytes32IfPresent(4)
            let state: InviteBook.State =
                try fields.boolIfPresent(5)
                ? .used(by: try fields.bytes32(4)) : device.map { .bound($0) } ?? .open
            self.init(
                id: try fields.uint(1), secret: secret.map { SharedSecret(SecretBytes(copying: $0.rawSpan)) },
                expiry: WallTime(milliseconds: try fields.int(3) &* 1000), state: state)
        } catch { return nil }
    }
}
