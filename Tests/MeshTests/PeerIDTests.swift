import Basics
import Mesh
import Testing

@Suite struct PeerIDTests {
    @Test func aPeerIsFourGroupsOfFourteenCharacters() throws {
        for seed in UInt64(0)..<50 {
            let peer = Samples.identity(seed).peer
            let groups = peer.description.split(separator: "-")
            #expect(groups.map(\.count) == [14, 14, 14, 14])
            #expect(try PeerID(text: peer.description) == peer)
            #expect(try PeerID(text: peer.description.uppercased().replacing("-", with: " ")) == peer)
        }
    }

    @Test func otherLengthsAreNoPeer() {
        for byteCount in [0, 1, 31, 33, 64] {
            let text = GroupedText.encode([UInt8](repeating: 3, count: byteCount))
            let characterCount = text.count { $0 != "-" }
            #expect(throws: GroupedText.Failure.wrongLength(have: characterCount)) { try PeerID(text: text) }
        }
    }

    @Test func anInviteCodeIsNoPeer() {
        #expect(throws: GroupedText.Failure.self) { try PeerID(text: InviteCodeTests.code(addresses: 1).text) }
    }

    @Test func peersAreOrderedByTheBytesOfTheirKeys() {
        #expect(Samples.peer(1) < Samples.peer(2))
        #expect(!(Samples.peer(2) < Samples.peer(2)))
    }
}
