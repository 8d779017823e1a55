import Basics
import Calling
import ControlAPI
import Journal
import Mesh
import Testing

@testable import NodeEngine

/// Every ending has a cause, which front ends and both journals agree on, and the next call works.
@Suite struct EndingTests {
    private func pairedWorld(_ change: (inout Configuration) -> Void = { _ in }) throws -> World {
        let world = World(change)
        try #require(world.pair())
        return world
    }

    private func ring(_ world: World) throws -> CallID {
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(2)) { !world.events(1, "call.incoming").isEmpty && !world.events(0, "call.ringing").isEmpty }
        return try #require(world.liveCall(1))
    }

    @Test func eitherSideHangsUp() throws {
        let world = try pairedWorld()
        try #require(world.connect())
        _ = world.call(0, "call.end")
        world.expectEnding("hangup", "remote_hangup")
        try #require(world.connect())
        _ = world.call(1, "call.end")
        world.expectEnding("remote_hangup", "hangup")
    }

    @Test func theCalleeDeclines() throws {
        let world = try pairedWorld()
        _ = try ring(world)
        _ = world.call(1, "call.decline")
        world.expectEnding("declined", "declined")
        #expect(world.connect())
    }

    @Test func theCallerGivesUp() throws {
        let world = try pairedWorld()
        _ = try ring(world)
        _ = world.call(0, "call.end")
        world.expectEnding("cancelled", "missed")
        #expect(world.connect())
    }

    @Test(arguments: [true, false]) func nobodyAnswers(isCallerMorePatient: Bool) throws {
        let world = try pairedWorld()
        let impatient = isCallerMorePatient ? 1 : 0
        world.machines[impatient].node.device?.switchboard.policy.ringDuration = .seconds(5)
        _ = try ring(world)
        world.run(.seconds(50)) { world.events(0, "call.ended").count + world.events(1, "call.ended").count == 2 }
        world.expectEnding("no_answer", "missed")
        #expect(world.connect())
    }

    @Test func theCalleeIsBusy() throws {
        let world = World(names: ["alice", "bob", "carol"])
        try #require(world.pair())
        let code = try #require(world.call(1, "invite.create")?["result"]?["code"]?.string)
        try #require(world.call(2, "invite.accept", ["code": .string(code)])?["result"] != nil)
        try #require(world.connect())
        _ = world.call(2, "call.start", ["to": "bob"])
        world.run(.seconds(2))
        #expect(world.machines[2].toldCauses == ["busy"] && world.machines[2].journalledCauses == ["busy"])
        #expect(world.events(1, "call.turned_away").first?["cause"]?.string == "busy")
        #expect(world.liveCall(0) != nil && world.liveCall(1) != nil)
        _ = world.call(0, "call.end")
        world.expectEnding("hangup", "remote_hangup")
    }

    @Test func thePeerVanishes() throws {
        let world = try pairedWorld()
        try #require(world.connect())
        world.loses = { _ in true }
        world.run(.seconds(40)) { world.liveCall(0) == nil && world.liveCall(1) == nil }
        world.expectEnding("peer_vanished", "peer_vanished")
        world.loses = { _ in false }
        #expect(world.connect())
    }

    @Test func nobodyIsThere() throws {
        let world = try pairedWorld()
        world.machines[1].isStopped = true
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(60)) { !world.events(0, "call.ended").isEmpty }
        world.run(.seconds(1))
        #expect(world.machines[0].toldCauses == ["unreachable"] || world.machines[0].toldCauses == ["no_answer"])
        #expect(world.machines[0].journalledCauses == world.machines[0].toldCauses)
    }

    @Test func theKeysAreLockedInACall() throws {
        let world = try pairedWorld()
        try #require(world.connect())
        let lock = world.ask(0, "identity.lock")
        world.run(.seconds(2))
        #expect(world.answer(0, lock)?["result"] != nil)
        #expect(world.machines[0].toldCauses == ["shutdown"] && world.machines[0].journalledCauses == ["shutdown"])
        #expect(world.machines[1].toldCauses == ["shutdown"] && world.machines[1].journalledCauses == ["shutdown"])
        #expect(world.call(0, "call.start", ["to": "bob"])?["error"]?["data"]?["kind"]?.string == "locked")
    }

    @Test func aFailingDiskRefusesGrantsAndDoesWhatWithdraws() throws {
        let world = try pairedWorld()
        try #require(world.connect())
        world.machines[0].diskFailure = .noSpace
        #expect(world.call(0, "call.mute")?["result"]?["muted"]?.bool == true)
        world.run(.seconds(1))
        #expect(world.events(1, "call.muted").last?["muted"]?.bool == true)
        #expect(world.call(0, "call.end")?["result"] != nil)
        world.run(.seconds(2))
        #expect(world.isClosed(0) && world.isClosed(1))
        #expect(world.machines[1].toldCauses == ["remote_hangup"])
        #expect(world.call(0, "call.start", ["to": "bob"])?["error"] != nil)
        #expect(world.events(1, "call.incoming").count == 1)
        world.machines[0].diskFailure = nil
        world.run(.seconds(60))
        #expect(world.connect())
        #expect(world.machines[0].journalledCauses == ["hangup", "journal_failed"])
    }

    @Test func anAnswerThatCannotBeJournalledIsNone() throws {
        let world = try pairedWorld()
        _ = try ring(world)
        world.machines[1].diskFailure = .other("the disk is gone")
        _ = world.call(1, "call.answer")
        world.run(.seconds(5))
        #expect(world.machines[0].toldCauses == ["journal_failed"])
        #expect(world.machines[0].journalledCauses == ["journal_failed"])
        #expect(world.machines[1].toldCauses == ["journal_failed"])
        #expect(world.isClosed(0) && world.isClosed(1))
        #expect(world.events(1, "call.connected").isEmpty)
    }
}
