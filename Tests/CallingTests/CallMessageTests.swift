import Basics
import Calling
import Mesh
import TestSupport
import Testing

@Suite struct CallMessageTests {
    private static let streams: [MediaDescription] = (0..<4).flatMap { number in
        [.audio(ssrc: number), .video(ssrc: .max - number, repairSSRC: number)].compactMap(\.self)
    }

    static let bodies: [CallMessage.Body] =
        [
            .offer(lifetime: .seconds(45), media: []),
            .offer(lifetime: .zero, media: [.audio(ssrc: 0)]),
            .offer(lifetime: .milliseconds(UInt32.max), media: streams),
            .ringing, .accept(media: []), .accept(media: CallNetwork.media),
        ]
        + EndCause.allCases.flatMap { [.reject($0), .end($0)] }
        + MediaKind.allCases.flatMap { kind in
            [true, false].flatMap { [.mute(kind, $0), .source(kind, isRunning: $0)] }
        }

    @Test(arguments: bodies) func everyMessageSurvivesTheWire(body: CallMessage.Body) throws {
        let message = CallMessage(call: CallNetwork.id(200), body)
        let fields = try CBORValue(decoding: CBORValue.map(message.fields).encoded).map
        #expect(fields.flatMap { CallMessage($0) } == message)
        #expect(fields?[0]?.uint.map(CallMessage.types.contains) == true)
    }

    @Test func anUnknownTypeIsNoMessage() {
        for type in CallMessage.types where !(16...22).contains(type) {
            #expect(CallMessage([0: .unsigned(type), 1: .bytes(CallNetwork.id(1).bytes)]) == nil)
        }
    }

    @Test func aCauseOfALaterVersionIsAnEndingAllTheSame() {
        for number: UInt64 in [0, 14, 255, 256, .max] {
            let message = CallMessage([0: 20, 1: .bytes(CallNetwork.id(1).bytes), 4: .unsigned(number)])
            #expect(message?.body == .end(.hangup), "\(number)")
        }
    }

    @Test func streamsOfUnknownKindsAreLeftOutAndTooManyRefused() throws {
        func offer(_ media: [CBORValue]) -> CallMessage.Body? {
            CallMessage([0: 16, 1: .bytes(CallNetwork.id(1).bytes), 2: 1000, 3: .array(media)])?.body
        }
        let audio = MediaDescription.audio(ssrc: 5)
        #expect(offer([[9, 4], [1, 5], [2], 3, [1, -1]]) == .offer(lifetime: .seconds(1), media: [audio]))
        // A picture of which nothing could be sent again, or under its own SSRC, is none.
        let video = try #require(MediaDescription.video(ssrc: 6, repairSSRC: 7))
        #expect(
            offer([[2, 6], [2, 6, 6], [2, 6, -7], [2, 6, 7, 8], [1, 5, 9]])
                == .offer(lifetime: .seconds(1), media: [video, audio]))
        #expect(offer(Array(repeating: [1, 5], count: 9)) == nil)
    }

    @Test func aMissingOrOddFieldIsRefused() throws {
        for body in Self.bodies {
            let fields = CallMessage(call: CallNetwork.id(1), body).fields
            for key in fields.keys.compactMap(\.uint) {
                var without = fields, odd = fields
                without[key] = nil
                odd[key] = .text("odd")
                #expect(CallMessage(without) == nil, "\(body) without \(key)")
                #expect(CallMessage(odd) == nil, "\(body) with an odd \(key)")
            }
        }
    }

    @Test func bytesOfAnyKindDoNotTrap() {
        var random = SplitMix(seed: 4)
        for body in Self.bodies {
            let bytes = CBORValue.map(CallMessage(call: CallNetwork.id(1), body).fields).encoded
            for _ in 0..<400 {
                var mutated = bytes
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    mutated[Int.random(in: 0..<mutated.count, using: &random)] = UInt8.random(
                        in: 0...255, using: &random)
                }
                mutated = Array(mutated.prefix(Int.random(in: 0...mutated.count, using: &random) * 2))
                guard let fields = (try? CBORValue(decoding: mutated))?.map, let read = CallMessage(fields) else {
                    continue
                }
                #expect(CallMessage(read.fields) == read)
            }
        }
    }
}
