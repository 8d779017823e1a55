import Basics
import Mesh
import TestSupport
import Testing

@Suite struct InviteCodeTests {
    static func code(addresses count: Int) -> InviteCode {
        let all = [
            "192.0.2.7:4500", "[2001:db8::7]:4500", "10.1.2.3:1", "[fe80::1]:65535", "203.0.113.9:9", "198.51.100.1:80",
            "[2001:db8:1::]:2", "172.16.0.1:3",
        ]
        return InviteCode(
            peer: Samples.identity().peer, noiseStatic: Samples.identity().noisePublic,
            secret: Array(0..<16), id: 0x0123_4567_89AB_CDEF, expiry: Samples.now + .seconds(3600),
            addresses: all.prefix(count).map(Samples.address))
    }

    @Test(arguments: 0...8) func aCodeComesBackFromItsText(addresses: Int) throws {
        let code = Self.code(addresses: addresses), read = try InviteCode(text: code.text)
        #expect(read.peer == code.peer && read.noiseStatic == code.noiseStatic && read.secret == code.secret)
        #expect(read.id == code.id && read.addresses == code.addresses)
        #expect(read.addresses.count == addresses)
        #expect(code.expiry - read.expiry < .seconds(60) && read.expiry <= code.expiry)
    }

    @Test func aCodeMayBePastedWithLineBreaksAndSpaces() throws {
        let code = Self.code(addresses: 3)
        let pasted = "  " + code.text.replacing("-", with: "-\r\n\t ").uppercased() + "\u{A0}\n"
        #expect(try InviteCode(text: pasted).id == code.id)
    }

    @Test func moreThanEightAddressesAreCut() throws {
        let many = (0..<20).map { Samples.address("192.0.2.\($0):4500") }
        let code = InviteCode(
            peer: Samples.peer(1), noiseStatic: .zero, secret: Array(0..<16), id: 1, expiry: Samples.now,
            addresses: many)
        #expect(try InviteCode(text: code.text).addresses == Array(many.prefix(8)))
    }

    @Test func expiriesBeyondTheCodeAreClamped() throws {
        for milliseconds in [Int64.min, -1, .max] {
            let code = InviteCode(
                peer: Samples.peer(1), noiseStatic: .zero, secret: Array(0..<16), id: 1,
                expiry: WallTime(milliseconds: milliseconds), addresses: [])
            let expiry = try InviteCode(text: code.text).expiry
            #expect(expiry == WallTime(milliseconds: milliseconds > 0 ? Int64(UInt32.max) * 60_000 : 0))
        }
    }

    @Test func otherContentsUnderGoodChecksAreRefused() throws {
        let bytes = try GroupedText.decode(Self.code(addresses: 2).text)
        var odd: [[UInt8]] = [[], [2] + bytes.dropFirst(), bytes + [0], bytes + [UInt8](repeating: 0, count: 200)]
        odd += bytes.indices.map { Array(bytes.prefix($0)) }
        for (offset, value) in [(93, UInt8(9)), (93, 3), (93, 255), (94, 5), (94, 16), (94, 0)] {
            odd.append(bytes)
            odd[odd.count - 1][offset] = value
        }
        for bytes in odd {
            #expect(throws: InviteCode.Failure.malformed) { try InviteCode(text: GroupedText.encode(bytes)) }
        }
    }

    @Test func nonsenseUnderGoodChecksDoesNotTrap() throws {
        var random = SplitMix(seed: 9)
        let bytes = try GroupedText.decode(Self.code(addresses: 8).text)
        for _ in 0..<800 {
            let mutated = Samples.mutated(bytes, using: &random)
            guard let read = try? InviteCode(text: GroupedText.encode(mutated)) else { continue }
            #expect((try? InviteCode(text: read.text))?.id == read.id)
        }
    }

    @Test func theSecretIsNotShownByAccident() {
        #expect(!"\(Self.code(addresses: 0))".contains("1, 2, 3"))
    }
}
