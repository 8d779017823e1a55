import Testing

@testable import NodeEngine

@Suite struct LayerChoiceTests {
    @Test func oneRequestLeavesNothingOut() {
        var choice = LayerChoice()
        #expect(choice.look(askedForKeyFrame: true) == 2)
        for _ in 0..<30 { #expect(choice.look(askedForKeyFrame: false) == 2) }
        #expect(choice.look(askedForKeyFrame: true) == 2, "the first is forgotten")
    }

    @Test func whoAsksAgainAndAgainGetsFewerLayersAndThenMoreAgain() {
        var choice = LayerChoice()
        let fall = (0..<6).map { _ in choice.look(askedForKeyFrame: true) }
        #expect(fall == [2, 2, 1, 1, 1, 0])
        let rise = (0..<20).map { _ in choice.look(askedForKeyFrame: false) }
        #expect(rise.firstIndex(of: 1) == 7 && rise.firstIndex(of: 2) == 15 && rise == rise.sorted())
    }

    @Test func requestsThatComeNowAndThenAddUp() {
        var choice = LayerChoice()
        let answers = (0..<9).map { choice.look(askedForKeyFrame: $0 % 3 == 0) }
        #expect(answers.last == 1)
    }
}
