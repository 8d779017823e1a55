import Basics
import Calling
import Testing

@Suite struct CrashTests {
    /// The other side still believes in the call that a crash took.
    @Test(arguments: [0, 1]) func whoCrashedCanCallAgainAtOnce(crashed: Int) {
        var network = CallNetwork.talking()
        network.crash(crashed)
        network.parties[1 - crashed].answers = true
        network.dial(from: crashed, to: 1 - crashed, wire: 5)
        network.run(for: .seconds(1))
        network.expectTalking()
        #expect(network.parties[1 - crashed].causes == [.peerVanished])
        network.hangUp(crashed)
        network.expectAllOver()
    }

    @Test func aCallerThatCrashedWhileItRangCanCallAgain() {
        var network = CallNetwork.ringing()
        network.crash(0)
        network.dial(wire: 5)
        network.run(for: .seconds(1))
        #expect(network.parties[1].states == [.ringingHere])
        #expect(network.parties[1].causes == [.missed])
    }

    @Test func whoAnswersACallThatACrashTookIsTold() {
        var network = CallNetwork.ringing()
        network.crash(0)
        network.put(.answer, on: .person, of: 1)
        network.run(for: .seconds(1))
        network.expectAllOver()
        #expect(network.parties[1].causes == [.remoteHangup])
    }

    @Test func messagesAboutUnknownCallsAreHarmless() {
        for body in [CallMessage.Body.reject(.busy), .end(.hangup)] {
            #expect(answer(toUnknown: body) == nil, "\(body)")
        }
    }

    @Test func whoSpeaksInACallThatACrashTookIsTold() {
        let told = CallMessage(call: CallNetwork.id(3), .end(.peerVanished))
        for body in [CallMessage.Body.mute(.audio, true), .source(.audio, isRunning: false)] {
            #expect(answer(toUnknown: body) == told, "\(body)")
        }
    }

    private func answer(toUnknown body: CallMessage.Body) -> CallMessage? {
        var board = Switchboard()
        board.received(
            CallMessage(call: CallNetwork.id(3), body), from: CallNetwork.peer(1), fresh: CallNetwork.id(4), media: [],
            at: .zero)
        guard case .send(let message, CallNetwork.peer(1)) = board.poll() else { return nil }
        return message
    }
}

extension CallNetwork {
    /// The daemon of `party` dies and begins anew: what it held and what was on its way to it is gone.
    fileprivate mutating func crash(_ party: Int) {
        parties[party].board = Switchboard()
        parties[party].history = CallHistory()
        parties[party].lanes = [:]
    }
}
