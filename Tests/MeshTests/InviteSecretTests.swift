import Basics
import Crypto
import Mesh
import Testing

@Suite struct InviteSecretTests {
    /// The numbers of this test are for other implementations.
    @Test func bothSidesDeriveTheSameKeyFromTheCode() throws {
        let code = InviteCodeTests.code(addresses: 1)
        let made = SharedSecret(SecretBytes(copying: code.secret.value.rawSpan))
        let read = SharedSecret(SecretBytes(copying: try InviteCode(text: code.text).secret.value.rawSpan))
        let key = made.invitePreSharedKey().withBytes { [UInt8]($0) }
        let isSame = read.invitePreSharedKey().isEqual(to: key.rawSpan)
        #expect(isSame && key.count == 32)
        #expect(Hex.encode(key) == "8cc9630917aaa5eb476c6812a4ce3d21cb0befdca0b1eac6c6b5ebcdd5c6670c")
    }
}
