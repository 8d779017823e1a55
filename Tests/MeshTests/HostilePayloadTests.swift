import Basics
import Crypto
import Mesh
import TestSupport
import Testing

/// Whatever bytes come, every reader of this module answers; none traps, and what is read can be written again.
@Suite struct HostilePayloadTests {
    @Test(arguments: UInt64(0)..<8) func noReaderTraps(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let good = [
            Samples.certificate().encoded, HandshakeOfferTests.offer(invite: 3).encoded(paddedTo: 1_064),
            HandshakeAnswer(certificate: Samples.certificate().encoded, name: Redacted("Ada")).encoded,
            Samples.contact(3, devices: 3).encoded,
            CBORValue.map(SessionMessage.rekeyInitiation([1, 2, 3]).fields).encoded,
            InviteBook.Invite(id: 1, secret: Samples.secret(16), expiry: Samples.now, state: .bound(.zero)).encoded,
        ]
        for _ in 0..<60 {
            for bytes in good { read(Samples.mutated(bytes, using: &random)) }
            read(Samples.noise(using: &random))
        }
    }

    @Test func everyTruncationIsAnswered() {
        for bytes in [Samples.contact(3).encoded, HandshakeOfferTests.offer().encoded(paddedTo: 1_064)] {
            for count in bytes.indices { read(Array(bytes.prefix(count))) }
        }
    }

    @Test func timesBeyondTheCalendarDoNotTrap() {
        for seconds in [Int64.min, Int64.min / 1000 - 1, -1, Int64.max / 1000 + 1, Int64.max] {
            var fields = (try? CBORValue(decoding: Samples.contact(3).encoded))?.map ?? [:]
            fields[4] = .int(seconds)
            read(CBORValue.map(fields).encoded)
            read(CBORValue.map([1: 4, 2: .bytes([UInt8](repeating: 0, count: 16)), 3: .int(seconds)]).encoded)
        }
    }

    private func read(_ bytes: [UInt8]) {
        _ = try? Certificate(verifying: bytes, at: Samples.now)
        if let offer = HandshakeOffer(decoding: bytes) { _ = offer.encoded(paddedTo: 1_064) }
        if let answer = HandshakeAnswer(decoding: bytes) { _ = answer.encoded }
        if let contact = Contact(decoding: bytes) { #expect(Contact(decoding: contact.encoded) != nil) }
        if let invite = InviteBook.Invite(decoding: bytes) {
            #expect(InviteBook.Invite(decoding: invite.encoded)?.id == invite.id)
        }
        if let fields = (try? CBORValue(decoding: bytes))?.map, let message = SessionMessage(fields) {
            #expect(SessionMessage(message.fields) == message)
        }
        _ = Identity(decoding: SecretBytes(copying: bytes.rawSpan))
        guard bytes.count < 250 else { return }  // no text is longer
        let text = GroupedText.encode(bytes)
        _ = try? InviteCode(text: text)
        _ = try? PeerID(text: text)
    }
}
