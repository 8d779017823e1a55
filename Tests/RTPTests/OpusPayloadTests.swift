import Basics
import Testing

@testable import RTP

@Suite struct OpusPayloadTests {
    /// RFC 6716 §3.1, table 2, in milliseconds.
    @Test func durationIsThatOfTheTable() {
        let silk = [10.0, 20, 40, 60], hybrid = [10.0, 20], celt = [2.5, 5, 10, 20]
        let table = silk + silk + silk + hybrid + hybrid + celt + celt + celt + celt
        for (configuration, milliseconds) in table.enumerated() {
            let payload = [UInt8(configuration << 3), 0]
            #expect(OpusPayload.sampleCount(of: payload.rawSpan) == Int(milliseconds * 48), "\(configuration)")
        }
    }

    @Test func severalFramesAreCounted() {
        #expect(Self.sampleCount(31 << 3 | 1, 0) == 1_920)
        #expect(Self.sampleCount(31 << 3 | 3, 6) == 5_760)
    }

    @Test func malformedPayloadsAreRefused() {
        #expect(Self.sampleCount() == nil)
        #expect(Self.sampleCount(31 << 3 | 3) == nil)
        #expect(Self.sampleCount(31 << 3 | 3, 0) == nil)
        #expect(Self.sampleCount(31 << 3 | 3, 7) == nil, "140 ms is too long")
    }

    @Test func noByteIsTooOddToJudge() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let payload = [first, second]
                let isPossible = OpusPayload.sampleCount(of: payload.rawSpan).map { (120...5_760).contains($0) }
                if isPossible == false { Issue.record("\(payload)") }
                _ = OpusPayload.carriesPreviousFrame(payload.rawSpan)
            }
        }
    }

    private static func sampleCount(_ payload: UInt8...) -> Int? { OpusPayload.sampleCount(of: payload.rawSpan) }
}
