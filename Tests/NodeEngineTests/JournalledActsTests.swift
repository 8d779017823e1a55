import Age
import Basics
import ControlAPI
import Crypto
import JournalTestSupport
import Mesh
import Testing

@testable import Journal
@testable import NodeEngine

/// What is entered, and when.
@Suite struct JournalledActsTests {
    private func entries(_ world: World, _ index: Int) throws -> [StoredEntry] {
        let key = world.machines[index].node.storageKey
        let storage = try #require(key)
        return try JournalQuery().entries(in: world.machines[index].disk, openedBy: AgeIdentity(storage.bytes.copy()))
    }

    private func names(_ world: World, _ index: Int) throws -> [String] {
        try JournalQuery().entries(in: world.machines[index].disk).map(\.entry.event)
    }

    private func talk(_ world: World, _ caller: Int = 0, _ callee: Int = 1) {
        let name = callee == 0 ? "alice" : "bob"
        let before = world.events(callee, "call.incoming").count
        _ = world.call(caller, "call.start", ["to": .string(name)])
        world.run(.seconds(1)) { world.events(callee, "call.incoming").count > before }
        _ = world.call(callee, "call.answer")
        world.run(.seconds(2))
        _ = world.call(caller, "call.end")
        world.run(.seconds(1))
    }

    // MARK: What stands in entries

    @Test func aWholeCallIsEnteredOnBothSidesUnderOneSharedID() throws {
        let world = World()
        #expect(world.pair())
        talk(world)
        var shared: [String?] = []
        for index in 0..<2 {
            let invites = try entries(world, index).filter { $0.entry.event == "call.invite" }
            let invite = try #require(invites.first)
            #expect(invites.count == 1)
            #expect(invite.entry.fields["direction"]?.string == (index == 0 ? "out" : "in"))
            shared.append(invite.personal.first??["call"]?.string)
            let call = try entries(world, index).filter { $0.entry.call == invite.entry.call }.map(\.entry.event)
            #expect(call.first == "call.invite" && call.contains("call.join") && call.last == "call.end")
            #expect(call.contains("call.ring") == (index == 1))
        }
        #expect(shared[0] != nil && shared[0] == shared[1])
    }

    @Test func clearBytesShowNobody() throws {
        let world = World()
        #expect(world.pair())
        talk(world)
        talk(world, 1, 0)
        _ = world.call(0, "contact.set", ["peer": "bob", "name": "robert"])
        world.run(.seconds(1))
        let peers = world.machines.map { $0.node.device?.identity.peer.description ?? "-" }
        let devices = world.machines.map { $0.node.device?.identity.noisePublic.description ?? "-" }
        for index in 0..<2 {
            let all = try entries(world, index)
            let shared = all.compactMap { $0.personal.first??["call"]?.string }
            #expect(shared.count == 2)
            let secrets = peers + devices + shared + ["alice", "bob", "robert", "10.0.0.1", "10.0.0.2"]
            for entry in all.dropFirst() {  // genesis names the owner
                let text = String(decoding: entry.bytes, as: UTF8.self)
                for secret in secrets { #expect(!text.contains(secret), "\(secret) in \(text)") }
            }
        }
    }

    @Test func aNewContactIsEnteredWithItsKeyAndLevel() throws {
        let world = World()
        #expect(world.pair())
        for (index, other) in [(0, 1), (1, 0)] {
            let all = try entries(world, index)
            let seen = try #require(all.first { $0.entry.event == "key.first_seen" })
            let key = world.machines[other].node.device?.identity.noisePublic.description
            #expect(key != nil && seen.personal.first??["fp"]?.string == key)
            let level = try #require(all.first { $0.entry.event == "level.change" })
            #expect(level.entry.fields["before"]?.int == 0 && level.entry.fields["after"]?.int == 1)
        }
        #expect(try names(world, 0).count { $0 == "contact.add" } == 1)
    }

    @Test func anotherNameOfAContactIsEntered() throws {
        let world = World()
        #expect(world.pair())
        #expect(world.call(0, "contact.set", ["peer": "bob", "name": "robert"])?["result"] != nil)
        world.run(.seconds(1))
        let change = try #require(try entries(world, 0).first { $0.entry.event == "contact.change" })
        #expect(change.personal.first??["name"]?.string == "robert")
    }

    @Test func whatRanIsEnteredAndHowItsClockIsKept() throws {
        let world = World()
        let node = world.machines[0]
        func clock(_ isSynchronized: Bool, _ milliseconds: Int) {
            node.node.clock(
                ClockState(isSynchronized: isSynchronized, maximumError: .milliseconds(milliseconds)), at: world.moment)
            world.drain(0)
            world.run(.seconds(1))
        }
        clock(true, 5)
        clock(true, 7)
        clock(false, 9)
        let all = try entries(world, 0)
        #expect(all.first { $0.entry.event == "daemon.start" }?.entry.fields["binary"]?.string?.isEmpty == false)
        let states = all.filter { $0.entry.event == "clock.state" }.map { $0.entry.fields["synced"]?.bool }
        #expect(states == [true, false])
    }

    @Test func anotherConfigurationIsEnteredWithWhoseItIs() throws {
        let world = World()
        func reconfigure(_ text: String) throws {
            world.machines[0].node.reconfigure(
                try Configuration(parsing: Array(text.utf8).rawSpan), at: world.moment)
            world.drain(0)
            world.run(.seconds(1))
        }
        try reconfigure("{ name: \"ann\" }")
        try reconfigure("{ name: \"ann\" }")
        try reconfigure("{ name: \"anna\" }")
        let changes = try entries(world, 0).filter { $0.entry.event == "config.change" }.map(\.entry)
        #expect(changes.count == 2)
        #expect(changes[0].fields["new"]?.string == changes[1].fields["old"]?.string)
        #expect(changes.allSatisfy { $0.actor.text.hasPrefix("u:") })
        let bare = SHA256.hash(Array("{ name: \"ann\" }".utf8).rawSpan)
        #expect(changes[0].fields["new"]?.string != BaseEncoding.base64.encode(bare.array))
    }

    // MARK: Giving out

    @Test(arguments: [true, false]) func anIdentityIsExportedOnlyWhenThatIsEntered(isDiskWell: Bool) throws {
        let world = World()
        world.machines[0].diskFailure = isDiskWell ? nil : .other("dead")
        let id = world.ask(0, "identity.export", ["fd": 0, "passphraseFd": 1], descriptorCount: 2)
        #expect(world.machines[0].keys.isEmpty)
        world.run(.seconds(1))
        #expect(world.machines[0].keys.count == (isDiskWell ? 1 : 0))
        #expect(try names(world, 0).contains("identity.export") == isDiskWell)
        guard !isDiskWell else { return }
        #expect(world.answer(0, id)?["error"]?["data"]?["kind"]?.string == "storage_failed")
        #expect(world.machines[0].closedLines == [RequestLine(number: UInt64(id))])
    }

    @Test(arguments: [true, false]) func entriesAreGivenOutOnlyWhenThatIsEntered(isDiskWell: Bool) throws {
        let world = World()
        world.machines[0].diskFailure = isDiskWell ? nil : .other("dead")
        let id = world.ask(0, "journal.export", ["fd": 0], descriptorCount: 1)
        #expect(world.machines[0].reads.isEmpty)
        world.run(.seconds(1))
        #expect(world.machines[0].reads.count == (isDiskWell ? 1 : 0))
        #expect(try names(world, 0).contains("journal.export") == isDiskWell)
        guard !isDiskWell else { return }
        #expect(world.answer(0, id)?["error"]?["data"]?["kind"]?.string == "storage_failed")
        #expect(world.machines[0].closedLines == [RequestLine(number: UInt64(id))])
    }

    @Test func theHeadNamesTheIdentityAsGenesisDoes() throws {
        let world = World()
        let head = try #require(world.call(0, "journal.head")?["result"])
        let genesis = try #require(try entries(world, 0).first).entry
        #expect(head["identity"]?.string == genesis.fields["identity"]?.string)
        #expect(head["vkey"]?.string == genesis.fields["vkey"]?.string)
    }

    // MARK: Keys in memory

    @Test func theDataKeysOfACallAreForgottenWithIt() throws {
        let world = World()
        #expect(world.pair())
        func count() -> Int? { world.machines[0].node.device?.journal.sidecars.count }
        let before = count()
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(1))
        #expect(try #require(count()) > #require(before))
        _ = world.call(0, "call.end")
        world.run(.seconds(1))
        #expect(count() == before)
    }

    @Test func aLockClosesTheJournalInGoodOrder() throws {
        let world = World()
        #expect(world.pair())
        guard let identity = Identity(decoding: world.machines[0].secret.bytes) else {
            Issue.record("the identity can be copied")
            return
        }
        let settings = AuditLog.Settings(
            origin: JournalOrigin(identity: identity.person.publicKey), boot: 0,
            storage: AgeIdentity(identity.storage.copy()).recipient)
        _ = world.call(0, "identity.lock")
        world.run(.seconds(1))
        #expect(try names(world, 0).last == "identity.lock")
        world.machines[0].node.keysFailed(.wrongPassphrase, for: nil, at: world.moment)
        world.machines[0].node.keysFailed(.wrongPassphrase, for: nil, at: world.moment)

        var random = SeededRandom(seed: 9)
        let journal = try AuditLog.open(
            settings, from: world.machines[0].disk, storage: AgeIdentity(identity.storage.copy()), at: world.moment,
            using: &random)
        world.machines[0].node.unlocked(
            OpenedIdentity(identity: identity, isProtected: true, rows: [:], journal: journal), for: nil,
            at: world.moment)
        world.drain(0)
        world.run(.seconds(1))
        let all = try entries(world, 0).map(\.entry)
        let behind = all.suffix(while: { $0.event != "identity.lock" })
        #expect(behind.map(\.event).prefix(2) == ["auth.fail", "identity.unlock"])
        #expect(behind.first?.fields["count"]?.int == 2)
        #expect(all.count { $0.event == "daemon.start" } == 1 && !all.contains { $0.event == "crash.recovered" })
    }

    @Test func aLockWipesTheKeysThoughTheDiskIsDead() throws {
        let world = World()
        #expect(world.pair())
        world.machines[0].diskFailure = .other("dead")
        let lock = world.call(0, "identity.lock", limit: .seconds(1))
        #expect(lock?["result"] != nil)
        #expect(world.call(0, "daemon.status")?["result"]?["state"]?.string == "locked")
        let origin = world.machines[0].node.journalOrigin
        #expect(origin == nil)
    }

    @Test(arguments: ["contact.set", "contact.block", "contact.remove", "invite.revoke"])
    func anActIsAnsweredWhenACrashCannotUndoIt(method: String) throws {
        let world = World()
        #expect(world.pair())
        let invite = try #require(world.call(0, "invite.create")?["result"]?["invite"])
        world.run(.seconds(1))
        let before = world.machines[0].stored.count
        let id = world.ask(
            0, method,
            method == "invite.revoke"
                ? ["invite": invite]
                : method == "contact.set"
                    ? ["peer": "bob", "name": "robert"] : ["peer": "bob"])
        #expect(world.answer(0, id) == nil)
        world.run(.seconds(1)) { world.answer(0, id) != nil }
        #expect(world.answer(0, id)?["result"] != nil)
        #expect(world.machines[0].stored.count > before)
    }

    @Test func aBlockThatTheStoreDidNotTakeGoesAgain() throws {
        let world = World()
        #expect(world.pair())
        world.run(.seconds(1))
        world.machines[0].diskFailure = .noSpace
        #expect(world.call(0, "contact.block", ["peer": "bob"])?["result"]?["blocked"]?.bool == true)
        world.run(.seconds(12))
        func isBlockStored() -> Bool {
            let rows = world.machines[0].stored.compactMap { change -> Contact? in
                guard case .put(Table.contacts, _, let value) = change else { return nil }
                return Contact(decoding: value)
            }
            return rows.last?.isBlocked == true
        }
        #expect(!isBlockStored())
        world.machines[0].diskFailure = nil
        world.run(.seconds(12))
        #expect(isBlockStored())
    }

    @Test(arguments: [true, false]) func anEndIsToldWhenItIsStoredOrCannotBe(isDiskWell: Bool) throws {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(1))
        world.machines[0].diskFailure = isDiskWell ? nil : .other("dead")
        let before = world.machines[0].stored.count
        world.ask(0, "call.end")
        #expect(world.events(0, "call.ended").isEmpty)
        world.run(.seconds(1))
        #expect(world.events(0, "call.ended").count == 1)
        #expect((world.machines[0].stored.count > before) == isDiskWell)
    }

    // MARK: Floods

    @Test func callsThatAreAnsweredDoNotCountAsAFlood() throws {
        let world = World()
        #expect(world.pair())
        for _ in 0..<40 { talk(world, 1, 0) }
        #expect(try names(world, 0).count { $0 == "call.join" } == 40)
        #expect(world.events(0, "call.turned_away").isEmpty)
    }

    @Test func whoCausesTooManyEntriesIsRefusedBeforeAnyAct() throws {
        let world = World()
        #expect(world.pair())
        for _ in 0..<120 {
            _ = world.call(1, "call.start", ["to": "alice"], limit: .seconds(1))
            world.run(.milliseconds(50))
            _ = world.call(1, "call.end", limit: .seconds(1))
            world.run(.milliseconds(50))
        }
        let caused = try entries(world, 0).map(\.entry).count { $0.event.hasPrefix("call.") && $0.event != "call.end" }
        #expect(caused <= 60)
        let turned = world.events(0, "call.turned_away").count
        #expect(turned < 60)
        world.run(.seconds(3601))
        let flood = try #require(try entries(world, 0).map(\.entry).first { $0.event == "flood" })
        #expect(flood.fields["count"]?.int ?? 0 > 30)
    }

    // MARK: What is asked for

    @Test(arguments: ["journal.query", "journal.export"]) func aCallThatIsNoneIsNotEveryCall(method: String) throws {
        let world = World()
        #expect(world.pair())
        var parameters: JSONObject = ["call": "last"]
        if method == "journal.export" { parameters["fd"] = 0 }
        let number = world.ask(0, method, .object(parameters), descriptorCount: 1)
        #expect(world.answer(0, number)?["error"]?["data"]?["kind"]?.string == "invalid_params")
        #expect(world.machines[0].reads.isEmpty)
    }
}

extension Array {
    /// The elements behind the last that does not fit.
    fileprivate func suffix(while fits: (Element) -> Bool) -> ArraySlice<Element> {
        self[(lastIndex { !fits($0) }.map { $0 + 1 } ?? startIndex)...]
    }
}
