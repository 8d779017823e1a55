import Noise
import Testing

@Suite struct ProtocolNameTests {
    @Test(arguments: [
        "Noise_IKpsk2_25519_ChaChaPoly_SHA256", "Noise_XXfallback+psk0_25519_AESGCM_BLAKE2b",
        "Noise_X1X1psk4_25519_ChaChaPoly_SHA512", "Noise_NNpsk0+psk2_25519_AESGCM_SHA256",
    ])
    func aNameIsReadAndWrittenTheSame(name: String) {
        #expect(ProtocolName(name)?.description == name)
    }

    @Test(arguments: [
        "", "Noise", "Noise_IK", "Noise_IK_25519_ChaChaPoly", "Noise_IK_25519_ChaChaPoly_SHA256_",
        "noise_IK_25519_ChaChaPoly_SHA256", "Noise_ZZ_25519_ChaChaPoly_SHA256", "Noise_ik_25519_ChaChaPoly_SHA256",
        "Noise_IK_448_ChaChaPoly_SHA256", "Noise_IK_25519_Salsa_SHA256", "Noise_IK_25519_ChaChaPoly_BLAKE2s",
        "Noise_IKpsk3_25519_ChaChaPoly_SHA256", "Noise_IKpsk02_25519_ChaChaPoly_SHA256",
        "Noise_IKpsk-1_25519_ChaChaPoly_SHA256", "Noise_IKpsk_25519_ChaChaPoly_SHA256",
        "Noise_IKpsk2+psk2_25519_ChaChaPoly_SHA256", "Noise_IK+psk2_25519_ChaChaPoly_SHA256",
        "Noise_IKpsk2+_25519_ChaChaPoly_SHA256", "Noise_IKfallback_25519_ChaChaPoly_SHA256",
        "Noise_Nfallback_25519_ChaChaPoly_SHA256", "Noise_IKhfs_25519_ChaChaPoly_SHA256",
        "Noise_IKpsk99999999999999999999_25519_ChaChaPoly_SHA256", "Noise_ÎK_25519_ChaChaPoly_SHA256",
    ])
    func aNameThatIsNoProtocolOfOursIsRefused(name: String) { #expect(ProtocolName(name) == nil) }

    @Test func fallbackExchangesTheRoles() throws {
        let pattern = try #require(HandshakePattern("XXfallback"))
        #expect(pattern.initiatorPreMessage == [])
        #expect(pattern.responderPreMessage == [.e])
        #expect(pattern.messages == [[.e, .ee, .s, .se], [.s, .es]])
    }

    @Test func pskModifiersStandWhereThePaperSays() throws {
        let pattern = try #require(HandshakePattern("XXpsk0+psk3"))
        #expect(pattern.messages == [[.psk(0), .e], [.e, .ee, .s, .es], [.s, .se, .psk(3)]])
        #expect(pattern.hasPSK)
    }
}
