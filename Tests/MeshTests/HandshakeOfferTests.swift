import Basics
import Mesh
import Testing

@Suite struct HandshakeOfferTests {
    /// Message 1 is 1,200 bytes long with a payload of 1,064 (PROTOCOL §3).
    static let payloadByteCount = 1_064

    static func offer(name: String = "Ada", invite: UInt64? = nil, resume: [UInt8]? = nil) -> HandshakeOffer {
        var selectors = PSKSelectors()
        selectors.usesPairing = invite == nil
        selectors.invite = invite
        selectors.resume = resume
        return HandshakeOffer(
            certificate: Samples.certificate().encoded, stamp: [UInt8](repeating: 5, count: 12), selectors: selectors,
            lifetime: .seconds(60), name: Redacted(name))
    }

    @Test func everyReachableLengthIsReachedExactly() {
        let offer = Self.offer()
        let plain = offer.encoded(paddedTo: 0).count
        for byteCount in Array(plain...plain + 330) + [Self.payloadByteCount, 1_600] {
            let count = offer.encoded(paddedTo: byteCount).count
            #expect(byteCount == plain + 1 ? count == plain : count == byteCount, "\(byteCount) bytes")
        }
    }

    @Test func aPaddedOfferSaysTheSame() throws {
        let offer = Self.offer(invite: .max, resume: [1, 2, 3, 4, 5, 6, 7, 8])
        let plain = offer.encoded(paddedTo: 0).count
        for byteCount in [plain, plain + 2, plain + 25, plain + 26, plain + 258, plain + 259, Self.payloadByteCount] {
            let read = try #require(HandshakeOffer(decoding: offer.encoded(paddedTo: byteCount)))
            #expect(read.certificate == offer.certificate && read.stamp == offer.stamp)
            #expect(read.selectors == offer.selectors && read.lifetime == offer.lifetime && read.name == offer.name)
        }
    }

    @Test func theLongestOfferFitsIntoOnePacket() {
        let name = String(repeating: "n", count: Identity.longestName)
        let offer = Self.offer(name: name, invite: .max, resume: [UInt8](repeating: 255, count: 8))
        #expect(offer.encoded(paddedTo: Self.payloadByteCount).count == Self.payloadByteCount)
    }

    /// 0xC2 is 88 bytes and the payload: no answer is longer than what it answers.
    @Test func theLongestAnswerIsShorterThanTheOffer() throws {
        let name = Redacted(String(repeating: "n", count: Identity.longestName))
        let answer = HandshakeAnswer(certificate: Samples.certificate().encoded, name: name)
        #expect(answer.encoded.count + 88 <= 1_200)
        let read = try #require(HandshakeAnswer(decoding: answer.encoded))
        #expect(read.certificate == answer.certificate && read.name == name)
    }

    @Test func anOfferOfLaterVersionsAloneIsRefused() {
        var fields = self.fields
        fields[4] = [2, 3]
        #expect(HandshakeOffer(decoding: CBORValue.map(fields).encoded) == nil)
        fields[4] = [1, 2, "odd"]
        #expect(HandshakeOffer(decoding: CBORValue.map(fields).encoded) != nil)
    }

    @Test func missingAndOddFieldsAreRefused() {
        for key in fields.keys.compactMap(\.uint) where key != 9 {
            var without = fields, odd = fields
            without[key] = nil
            odd[key] = .float(1)
            #expect((HandshakeOffer(decoding: CBORValue.map(without).encoded) == nil) == (key != 8), "without \(key)")
            #expect(HandshakeOffer(decoding: CBORValue.map(odd).encoded) == nil, "odd \(key)")
        }
    }

    @Test func theNameIsNotShownByAccident() {
        #expect(!"\(Self.offer(name: "Grace"))".contains("Grace"))
    }

    private var fields: CBORMap {
        (try? CBORValue(decoding: Self.offer().encoded(paddedTo: Self.payloadByteCount)))?.map ?? [:]
    }
}
