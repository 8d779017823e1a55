import Basics
import Foundation
import TestSupport
import Testing

/// The common form of cacophony, snow and noise-c.
extension NoiseVector: Decodable {
    private struct File: Decodable {
        let vectors: [NoiseVector]
    }

    private enum Key: String, CodingKey {
        case name, protocol_name, fallback, messages, handshake_hash
        case init_prologue, init_static, init_ephemeral, init_remote_static, init_psks, init_psk
        case resp_prologue, resp_static, resp_ephemeral, resp_remote_static, resp_psks, resp_psk
    }

    static func all(in name: String) throws -> [NoiseVector] {
        let folder = try #require(Vectors.folder("noise"))
        let data = try Data(contentsOf: folder.appendingPathComponent(name))
        return try JSONDecoder().decode(File.self, from: data).vectors
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        func bytes(_ key: Key) throws -> [UInt8]? {
            try fields.decodeIfPresent(String.self, forKey: key).map { try #require(Hex.decode($0)) }
        }
        func psks(_ many: Key, _ one: Key) throws -> [[UInt8]] {
            let texts = try fields.decodeIfPresent([String].self, forKey: many) ?? []
            return try texts.map { try #require(Hex.decode($0)) } + [try bytes(one)].compactMap { $0 }
        }
        let first = try fields.decodeIfPresent(String.self, forKey: .protocol_name)
        name = try first ?? fields.decode(String.self, forKey: .name)
        initiator = Party(
            prologue: try bytes(.init_prologue) ?? [], s: try bytes(.init_static), e: try bytes(.init_ephemeral),
            rs: try bytes(.init_remote_static), psks: try psks(.init_psks, .init_psk))
        responder = Party(
            prologue: try bytes(.resp_prologue) ?? [], s: try bytes(.resp_static), e: try bytes(.resp_ephemeral),
            rs: try bytes(.resp_remote_static), psks: try psks(.resp_psks, .resp_psk))
        messages = try fields.decode([[String: String]].self, forKey: .messages).map { message in
            try Message(
                payload: #require(Hex.decode(message["payload"] ?? "")),
                ciphertext: #require(Hex.decode(message["ciphertext"] ?? "")))
        }
        handshakeHash = try bytes(.handshake_hash)
        fallsBack = try fields.decodeIfPresent(Bool.self, forKey: .fallback) ?? false
    }
}
