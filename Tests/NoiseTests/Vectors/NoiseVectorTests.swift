import Noise
import TestSupport
import Testing

@Suite(.enabled(if: Vectors.folder("noise") != nil, "PARLEY_VECTORS is not set"))
struct NoiseVectorTests {
    @Test(arguments: [
        "cacophony.txt", "snow.txt", "snow-extended.txt", "noise-c-basic.txt", "noise-c-fallback.txt",
    ])
    func everyConversationIsReproduced(file: String) throws {
        try check(NoiseVector.all(in: file), of: file)
    }

    @Test func everyConversationOfFlynnIsReproduced() throws {
        try check(NoiseVector.all(inFlynn: "flynn-vectors.txt"), of: "flynn-vectors.txt")
    }

    private func check(_ vectors: [NoiseVector], of file: String) throws {
        var tally = VectorTally()
        for (number, vector) in vectors.enumerated() {
            if let reason = vector.reasonToSkip {
                tally.skip(reason)
            } else {
                let isReproduced = try? NoiseVectorPlayer(vector: vector).isReproduced()
                tally.record("\(file) \(number) \(vector.name)", isReproduced == true)
            }
        }
        tally.report("noise/\(file)")
        #expect(tally.failures.isEmpty)
        #expect(tally.count == vectors.count)
        #expect(!vectors.isEmpty)
    }
}
