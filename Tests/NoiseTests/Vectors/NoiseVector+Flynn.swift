import Basics
import Crypto
import Foundation
import Noise
import TestSupport
import Testing

/// The form of flynn/noise: `name=value` lines, an empty line between cases; keys known beforehand are not told apart.
extension NoiseVector {
    static func all(inFlynn name: String) throws -> [NoiseVector] {
        let file = try #require(Vectors.folder("noise")).appendingPathComponent(name)
        let text = try String(contentsOf: file, encoding: .utf8)
        return try text.components(separatedBy: "\n\n").map { try NoiseVector(flynn: $0) }
    }

    private init(flynn text: String) throws {
        var fields: [Substring: [UInt8]] = [:], name = ""
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts[0] == "handshake" { name = String(parts[1]) } else { fields[parts[0]] = Hex.decode(parts[1]) }
        }
        self.init(name: name, isSpokenAnew: true)
        let psks = fields["preshared_key"].map { [$0] } ?? []
        initiator = Party(
            prologue: fields["prologue"] ?? [], s: fields["init_static"], e: fields["gen_init_ephemeral"],
            rs: fields["resp_static"].map(Self.publicKey), psks: psks)
        responder = Party(
            prologue: fields["prologue"] ?? [], s: fields["resp_static"], e: fields["gen_resp_ephemeral"],
            rs: fields["init_static"].map(Self.publicKey), psks: psks)
        var number = 0
        while let payload = fields["msg_\(number)_payload"], let ciphertext = fields["msg_\(number)_ciphertext"] {
            messages.append(Message(payload: payload, ciphertext: ciphertext))
            number += 1
        }
    }

    private static func publicKey(of secret: [UInt8]) -> [UInt8] {
        X25519.publicKey(of: SecretBytes(copying: secret.rawSpan)).array
    }
}
