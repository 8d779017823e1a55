import Basics
import Crypto
import Journal
import Testing

@Suite struct SignedNoteTests {
    private static func key(_ name: String, _ kind: VerifierKey.Kind, seed: UInt64) throws -> (
        VerifierKey, SeededRandom
    ) {
        var random = SeededRandom(seed: seed)
        let pair = Ed25519.KeyPair(seed: random.secretBytes(32))
        let vkey = try #require(VerifierKey(name: name, kind: kind, publicKey: pair.publicKey))
        return (vkey, SeededRandom(seed: seed))
    }

    @Test func theExampleOfTheSpecificationVerifies() throws {
        let key = try #require(VerifierKey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"))
        let note = """
            This is an example message.

            \u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

            """
        #expect(try SignedNote(parsing: Array(note.utf8)).verified(by: [key]).count == 1)
    }

    @Test func aCosignatureHoldsForItsTimeAndTextOnly() throws {
        var (witness, random) = try Self.key("witness.example/w1", .cosignature, seed: 1)
        let pair = Ed25519.KeyPair(seed: random.secretBytes(32))
        let text = Checkpoint(origin: "log.example", size: 7, root: MerkleTree.emptyRoot).text
        let cosignature = Cosignature(of: text, at: 1_700_000_000, with: pair)
        let line = cosignature.line(by: witness)
        #expect(SignedNote(text: text, signatures: [line]).isValid(line, by: witness))
        #expect(!SignedNote(text: "x" + text, signatures: [line]).isValid(line, by: witness))
        var later = line.bytes
        later[7] ^= 1
        let forged = NoteSignature(by: witness, later)
        #expect(!SignedNote(text: text, signatures: [forged]).isValid(forged, by: witness))
        #expect(Cosignature(NoteSignature(by: witness, [0xff] + line.bytes.dropFirst())) == nil)
        #expect(Cosignature(NoteSignature(by: witness, line.bytes + [0])) == nil)
    }

    @Test func noBitOfASignedCheckpointIsFree() throws {
        var (vkey, random) = try Self.key("log.example/Kelvin", .ed25519, seed: 2)
        let pair = Ed25519.KeyPair(seed: random.secretBytes(32))
        let checkpoint = Checkpoint(origin: vkey.name, size: 123, root: MerkleTree.emptyRoot)
        let note = SignedNote(text: checkpoint.text, signatures: [checkpoint.signed(by: vkey, with: pair)]).encoded
        for offset in note.indices {
            for bit in 0..<8 {
                var changed = note
                changed[offset] ^= 1 << bit
                #expect(throws: SignedNote.Failure.self, "byte \(offset), bit \(bit)") {
                    try SignedNote(parsing: changed).verified(by: [vkey])
                }
            }
        }
    }

    @Test(
        "a checkpoint has exactly three lines",
        arguments: ["", "a\n1\n", "a\n01\nX\n", "a\n-1\nX\n", "\n1\nX\n", "a\n1\nX\nmore\n", "a\n1\nX", "a\n+1\nX\n"])
    func oddCheckpointsAreRefused(text: String) {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
        #expect(Checkpoint(text.replacing("X", with: root)) == nil)
    }

    @Test("keys in other forms are refused", arguments: ["", "a", "a+b", "a+00000000+AQ==", "a b+530d903a+AQ=="])
    func oddKeysAreRefused(text: String) {
        #expect(VerifierKey(text) == nil)
        let good = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
        #expect(VerifierKey(good) != nil && VerifierKey(good + text + " ") == nil)
        #expect(VerifierKey(good.replacing("530d903a", with: "530D903A")) == nil)
    }
}
