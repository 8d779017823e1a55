import Basics
import Crypto
import Mesh
import Testing

@Suite struct InviteBookTests {
    private let first = Samples.key(1), second = Samples.key(2)
    private let expiry = Samples.now + .seconds(3600)

    @Test func theFirstToUseAnInviteIsTheOnlyOne() {
        var book = book()
        #expect(granted(&book, first))
        #expect(granted(&book, first), "it may repeat it until both have each other")
        #expect(isAlarm(book.use(1, by: second, at: Samples.now)))
        #expect(granted(&book, first), "an alarm takes nothing from the first")
    }

    @Test func aUsedInviteHasNoSecretAndRaisesAnAlarm() {
        var book = book()
        #expect(granted(&book, first))
        book.burn(1)
        #expect(book.invites[1]?.secret == nil)
        #expect(book.invites[1]?.state == .used(by: first))
        for device in [first, second] { #expect(isAlarm(book.use(1, by: device, at: Samples.now))) }
    }

    @Test func anInviteThatNobodyUsedIsNotBurnt() {
        var book = book()
        book.burn(1)
        book.burn(77)
        #expect(granted(&book, second))
    }

    @Test func anInviteEndsAtItsExpiry() {
        var book = book()
        #expect(isUnknown(book.use(1, by: first, at: expiry)))
        #expect(granted(&book, first, at: expiry + .milliseconds(-1)))
        let early = book.expire(at: expiry + .milliseconds(-1)), late = book.expire(at: expiry)
        #expect(early == [] && late == [1])
        #expect(book.invites.isEmpty)
    }

    @Test func aRevokedInviteIsUnknown() {
        var book = book()
        let isRevoked = book.revoke(1), isRevokedAgain = book.revoke(1)
        #expect(isRevoked && !isRevokedAgain)
        #expect(isUnknown(book.use(1, by: first, at: Samples.now)))
    }

    @Test func anInviteThatWasNeverMadeIsUnknown() {
        var book = InviteBook()
        #expect(isUnknown(book.use(1, by: first, at: Samples.now)))
    }

    @Test func thereIsACapacity() {
        var book = InviteBook()
        for id in 0..<UInt64(InviteBook.capacity) {
            let isAdded = book.add(invite(id))
            #expect(isAdded)
        }
        let isAdded = book.add(invite(9_999))
        #expect(!isAdded && book.invites.count == InviteBook.capacity)
        _ = book.revoke(3)
        let isAddedNow = book.add(invite(9_999))
        #expect(isAddedNow)
    }

    @Test func everyStateSurvivesTheStore() throws {
        for state in [InviteBook.State.open, .bound(first), .used(by: second)] {
            for hasSecret in [true, false] {
                let invite = InviteBook.Invite(
                    id: .max, secret: hasSecret ? Samples.secret(16) : nil, expiry: expiry, state: state)
                let read = try #require(InviteBook.Invite(decoding: invite.encoded))
                #expect(read.id == .max && read.state == state && (read.secret != nil) == hasSecret)
                #expect(read.expiry.seconds == expiry.seconds)
                let isSame = read.secret?.bytes.isEqual(to: [UInt8](repeating: 7, count: 16).rawSpan) ?? true
                #expect(isSame)
            }
        }
    }

    private func invite(_ id: UInt64) -> InviteBook.Invite {
        InviteBook.Invite(id: id, secret: Samples.secret(16), expiry: expiry, state: .open)
    }

    private func book() -> InviteBook {
        var book = InviteBook()
        _ = book.add(invite(1))
        return book
    }

    private func granted(_ book: inout InviteBook, _ device: Bytes32, at now: WallTime = Samples.now) -> Bool {
        if case .granted = book.use(1, by: device, at: now) { true } else { false }
    }

    private func isAlarm(_ use: InviteBook.Use) -> Bool { if case .alarm = use { true } else { false } }
    private func isUnknown(_ use: InviteBook.Use) -> Bool { if case .unknown = use { true } else { false } }
}
