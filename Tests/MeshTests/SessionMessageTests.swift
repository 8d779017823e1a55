import Basics
import Mesh
import Testing

@Suite struct SessionMessageTests {
    static let messages: [SessionMessage] = [
        .paired, .pairedAcknowledged, .rekeyInitiation([0xC1]), .rekeyResponse([UInt8](repeating: 0xC2, count: 2048)),
        .goodbye,
    ]

    @Test(arguments: messages) func everyMessageSurvivesTheWire(message: SessionMessage) throws {
        let fields = try CBORValue(decoding: CBORValue.map(message.fields).encoded).map
        #expect(fields.flatMap { SessionMessage($0) } == message)
    }

    @Test func otherFieldsAreNoMessage() {
        let odd: [CBORMap] = [
            [:], [0: 0], [0: 6], [0: 16], [0: "paired"], [0: 3], [0: 3, 1: []], [0: 3, 1: .bytes([])],
            [0: 4, 1: .bytes([UInt8](repeating: 0, count: 2049))], [1: 1],
        ]
        for fields in odd { #expect(SessionMessage(fields) == nil, "\(fields)") }
    }

    @Test func unknownFieldsAreIgnored() { #expect(SessionMessage([0: 5, 9: "later"]) == .goodbye) }
}
