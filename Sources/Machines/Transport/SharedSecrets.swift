public import Crypto

/// What two devices share before a handshake. The node looks it up for the peer; the endpoint adds what continues the
/// chain and derives the psk.
public struct SharedSecrets: ~Copyable {
    private let pairing: SecretBytes?
    private let invite: SecretBytes?
    private let room: SecretBytes?

    /// The pairing secret, else the invite's, and the secret of the room's epoch when the session is for a room: as
    /// message 1 names them, 32 bytes each.
    public init(
        pairing: consuming SecretBytes? = nil, invite: consuming SecretBytes? = nil, room: consuming SecretBytes? = nil
    ) {
        self.pairing = pairing
        self.invite = invite
        self.room = room
    }

    func psk(resume: borrowing SecretBytes?) -> SecretBytes {
        PSK.derive(pairing: pairing, invite: invite, room: room, resume: resume)
    }
}
