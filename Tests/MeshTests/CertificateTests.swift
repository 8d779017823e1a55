import Basics
import Crypto
import Mesh
import Testing

@Suite struct CertificateTests {
    @Test func aCertificateNamesTheKeysOfItsDevice() throws {
        let identity = Samples.identity()
        let made = Certificate(of: identity, at: Samples.now)
        let read = try Certificate(verifying: made.encoded, at: Samples.now)
        #expect(read == made)
        #expect(read.peer == identity.peer && read.noiseStatic == identity.noisePublic)
        let device = identity.device.publicKey, cosigner = identity.cosigner.publicKey
        #expect(read.device == device && read.cosigner == cosigner)
        #expect(read.mailbox == identity.mailboxPublic && read.storage == identity.storagePublic)
        #expect(made.encoded.count <= Certificate.longestByteCount)
        #expect(read.notAfter - read.notBefore == Certificate.longestLifetime)
    }

    @Test func everyChangedBitIsRefused() {
        let encoded = Samples.certificate().encoded
        for index in encoded.indices {
            for bit in 0..<8 {
                var forged = encoded
                forged[index] ^= 1 << UInt8(bit)
                #expect(throws: Certificate.Failure.self, "byte \(index), bit \(bit)") {
                    try Certificate(verifying: forged, at: Samples.now)
                }
            }
        }
    }

    @Test func everyCutAndEveryTailIsRefused() {
        let encoded = Samples.certificate().encoded
        for count in encoded.indices {
            #expect(throws: Certificate.Failure.malformed) {
                try Certificate(verifying: Array(encoded.prefix(count)), at: Samples.now)
            }
        }
        #expect(throws: Certificate.Failure.malformed) { try Certificate(verifying: encoded + [0], at: Samples.now) }
    }

    @Test func itHoldsFromNowForThirtyDays() {
        let encoded = Samples.certificate().encoded
        func holds(after seconds: Int64) -> Bool {
            (try? Certificate(verifying: encoded, at: Samples.now + .seconds(seconds))) != nil
        }
        #expect(holds(after: 0) && holds(after: 30 * 86_400 - 1))
        #expect(!holds(after: 30 * 86_400))
        #expect(holds(after: -300), "the clocks differ by five minutes")
        #expect(!holds(after: -301))
    }

    @Test func noCertificateMayHoldForLonger() {
        #expect(throws: Never.self) { try forged(until: Samples.now + .seconds(30 * 86_400 - 100)) }
        #expect(throws: Certificate.Failure.outdated) { try forged(until: Samples.now + .seconds(30 * 86_400 + 1)) }
        #expect(throws: Certificate.Failure.outdated) { try forged(until: Samples.now + .seconds(-1)) }
    }

    @Test func aCertificateThatEndsBeforeItBeginsIsRefused() {
        #expect(throws: Certificate.Failure.outdated) {
            try forged(from: Samples.now + .seconds(200), until: Samples.now + .seconds(100))
        }
    }

    @Test func timesBeyondTheCalendarAreRefused() {
        let latest = CBORValue.int(.max), earliest = CBORValue.int(.min)
        #expect(throws: Certificate.Failure.malformed) { try forged { $0[9] = latest } }
        #expect(throws: Certificate.Failure.malformed) { try forged { $0[8] = earliest } }
        #expect(throws: Certificate.Failure.malformed) { try forged { $0[9] = .negative(.max) } }
        #expect(throws: Certificate.Failure.outdated) { try forged { $0[8] = .int(-9_000_000_000_000_000) } }
    }

    @Test func anotherPrefixOrVersionIsRefused() {
        #expect(throws: Certificate.Failure.unsigned) { try forged(prefix: "parley/1 certificatf") }
        #expect(throws: Certificate.Failure.unsigned) { try forged(prefix: "") }
        #expect(throws: Certificate.Failure.malformed) { try forged { $0[1] = 2 } }
        #expect(throws: Certificate.Failure.malformed) { try forged { $0[4] = nil } }
    }

    @Test func bothTheNamedPersonAndTheNamedDeviceMustSign() {
        let other = Samples.identity(2)
        let otherPerson = other.person.publicKey, otherDevice = other.device.publicKey
        #expect(throws: Certificate.Failure.unsigned) { try forged { $0[2] = .bytes(otherPerson) } }
        #expect(throws: Certificate.Failure.unsigned) { try forged { $0[3] = .bytes(otherDevice) } }
        let exchanged = parts(Samples.certificate().encoded)
        #expect(throws: Certificate.Failure.unsigned) {
            try Certificate(
                verifying: CBORValue.array([exchanged[0], exchanged[2], exchanged[1]]).encoded, at: Samples.now)
        }
    }

    @Test func unknownFieldsAreIgnored() throws {
        #expect(try forged { $0[77] = "later" }.peer == Samples.identity().peer)
    }

    private func parts(_ encoded: [UInt8]) -> [CBORValue] { (try? CBORValue(decoding: encoded))?.array ?? [] }

    /// A certificate properly signed over a body that nobody honest would write.
    @discardableResult
    private func forged(
        prefix: String = "parley/1 certificate", from: WallTime = Samples.now, until: WallTime? = nil,
        _ change: (inout CBORMap) -> Void = { _ in }
    ) throws -> Certificate {
        let identity = Samples.identity()
        var body = try #require(
            parts(Samples.certificate().encoded).first?.bytes.flatMap { try? CBORValue(decoding: $0) }?.map)
        body[8] = .int(from.seconds)
        if let until { body[9] = .int(until.seconds) }
        change(&body)
        let bytes = CBORValue.map(body).encoded
        let signed = Array(prefix.utf8) + bytes
        let signatures = [identity.person.sign(signed.rawSpan), identity.device.sign(signed.rawSpan)]
        let encoded = CBORValue.array([.bytes(bytes)] + signatures.map { .bytes($0.array) }).encoded
        return try Certificate(verifying: encoded, at: Samples.now)
    }
}
