import Basics
import Testing

@testable import MediaFiles

@Suite struct OpusHeadTests {
    static func head(
        version: UInt8 = 1, channels: UInt8 = 1, preSkip: Int = 312, gain: Int = 0, family: UInt8 = 0,
        table: [UInt8] = []
    ) -> [UInt8] {
        OpusHead.magic + [version, channels] + Sample.little(preSkip, 2) + Sample.little(44_100, 4)
            + Sample.little(gain, 2) + [family] + table
    }

    static func refusal(_ bytes: [UInt8]) -> String? {
        Picture.reason { _ = try OpusHead(parsing: bytes.rawSpan) }
    }

    @Test func headsOfOneStreamAreRead() throws {
        let stereo = try OpusHead(parsing: Self.head(channels: 2, preSkip: 65_535, gain: -3 & 0xFFFF).rawSpan)
        #expect(stereo.preSkip == 65_535 && stereo.gain == -3)
        let table = try OpusHead(
            parsing: Self.head(version: 15, channels: 2, family: 1, table: [1, 1, 0, 1]).rawSpan)
        #expect(table.preSkip == 312 && table.gain == 0)
    }

    @Test func oddHeadsAreRefusedWithTheReason() {
        let damaged = "A_OPUS, its head is damaged"
        let odd: [(String, [UInt8])] = [
            (damaged, []), (damaged, Array(Self.head().dropLast())), (damaged, [0] + Self.head()),
            (damaged, Self.head(channels: 0)), (damaged, Self.head(channels: 3)),
            (damaged, Self.head(channels: 0, family: 1, table: [1, 0])),
            (damaged, Self.head(channels: 2, family: 1, table: [1, 2, 0, 1])),
            (damaged, Self.head(channels: 2, family: 1, table: [0, 0, 0, 1])),
            (damaged, Self.head(channels: 6, family: 1, table: [4, 2, 0, 4, 1, 2, 3])),
            (damaged, Self.head(channels: 255, family: 255)),
            ("A_OPUS, its head is of version 16; allowed: up to 15", Self.head(version: 16)),
            ("A_OPUS, 6 channels in 4 streams", Self.head(channels: 6, family: 1, table: [4, 2, 0, 4, 1, 2, 3, 5])),
        ]
        for (reason, bytes) in odd { #expect(Self.refusal(bytes) == reason) }
    }

    @Test func noBytesBringItDown() {
        for length in 0...30 {
            for value in UInt8.min...UInt8.max {
                for index in 8..<30 {
                    var bytes = Array((Self.head(family: 1) + [UInt8](repeating: 1, count: 20)).prefix(length))
                    guard index < length else { continue }
                    bytes[index] = value
                    if let refusal = Self.refusal(bytes) { #expect(refusal.hasPrefix("A_OPUS, ")) }
                }
            }
        }
    }
}
