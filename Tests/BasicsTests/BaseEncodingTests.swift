import Basics
import Testing

@Suite struct BaseEncodingTests {
    // RFC 4648 §10.
    @Test(arguments: [
        ("", "", ""), ("f", "Zg==", "my"), ("fo", "Zm8=", "mzxq"), ("foo", "Zm9v", "mzxw6"),
        ("foob", "Zm9vYg==", "mzxw6yq"), ("fooba", "Zm9vYmE=", "mzxw6ytb"), ("foobar", "Zm9vYmFy", "mzxw6ytboi"),
    ])
    func theSamplesOfTheRFC(text: String, base64: String, base32: String) {
        let bytes = Array(text.utf8)
        #expect(BaseEncoding.base64.encode(bytes) == base64 && BaseEncoding.base64.decode(base64) == bytes)
        #expect(BaseEncoding.base32.encode(bytes) == base32 && BaseEncoding.base32.decode(base32) == bytes)
        let unpadded = base64.filter { $0 != "=" }
        #expect(BaseEncoding.base64Unpadded.encode(bytes) == unpadded)
        #expect(BaseEncoding.base64Unpadded.decode(unpadded) == bytes)
    }

    @Test(arguments: ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "Zg==Zg==", "Z g==", "Zg==\n", "Zm-_", "===="])
    func anotherTextOfTheSameBytesIsRefused(text: String) {
        #expect(BaseEncoding.base64.decode(text) == nil)
    }

    @Test func base64URLHasItsOwnTwoCharacters() {
        #expect(BaseEncoding.base64URL.encode([0xFB, 0xFF]) == "-_8")
        #expect(BaseEncoding.base64URL.decode("-_8") == [0xFB, 0xFF] && BaseEncoding.base64URL.decode("+/8") == nil)
    }

    @Test func base32IsLowerCaseOnly() {
        #expect(BaseEncoding.base32.decode("MZXW6") == nil && BaseEncoding.base32.decode("mz1w6") == nil)
    }
}
