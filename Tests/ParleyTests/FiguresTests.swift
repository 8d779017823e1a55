import Basics
import Testing

@testable import parley

@Suite struct FiguresTests {
    private static let stats = JSONValue.object(MeasuredCall.stats())

    private func changed(_ part: String, _ changes: JSONObject, hasPictures: Bool = true) -> JSONValue {
        var stats = MeasuredCall.stats(hasPictures: hasPictures), inner = stats[part]?.object ?? [:]
        for member in changes.members { inner[member.name] = member.value }
        stats[part] = .object(inner)
        return .object(stats)
    }

    @Test func aCallWithPicturesIsToldInPlainWords() {
        #expect(
            ClosingWords.measured(Self.stats) == """
                call      c1
                with      p
                time      00:10
                set up    in 20.5 ms
                path      host, round trip 0.4 ms
                network   1.2 MB sent, 0.9 kB received
                sound     500 packets sent, 498 received, 3 lost (1 of them made again from later ones), 40 ms concealed
                          41 ms in the jitter buffer, level -20 dB
                pictures  300 sent at 320x180 (3 more left out, the next being due)
                          299 received at 640x360, 298 shown (29.8 a second over the whole call)
                          2 freezes of 1.2 s in all, 1 could not be shown, shown 12 ms before their sound
                          40 of 1000 packets missing (4.0 %), 10 after repair (1.0 %)

                """)
    }

    @Test func theEndIsToldWithAndWithoutPictures() throws {
        var closing = MeasuredCall.stats()
        closing["outcome"] = "hangup"
        let words = ClosingWords.text(.object(closing)).split(separator: "\n")
        #expect(words.count == 8 && words[0] == "hung up after 00:10")
        #expect(words[4].hasPrefix("pictures: 300 sent") && words[6].hasPrefix("  2 freezes"))
        closing = MeasuredCall.stats(hasPictures: false)
        closing["outcome"] = "declined"
        let sound = ClosingWords.text(.object(closing))
        #expect(sound.split(separator: "\n").count == 4 && !sound.contains("picture") && !sound.contains("freeze"))
    }

    /// What the daemon leaves out, or another version does not know, is not told.
    @Test func absentFiguresAreLeftOut() {
        let none = CallFigures(["audio": [:], "video": ["sent": 5]])
        #expect(none.hasPictures && none.path == nil && none.lag == nil && none.size == nil && none.soundNow == nil)
        #expect(none.pictures == ["5 sent, none received"])
        let theirs = CallFigures(["video": ["received": 7, "shown": 6]])
        #expect(theirs.pictures == ["none sent", "7 received, 6 shown", "no freezes"])
        #expect(!CallFigures(.null).hasPictures && CallFigures(.null).pictures.isEmpty)
    }

    @Test(arguments: [
        (-12.4, "shown 12 ms before their sound"), (0.3, "shown with their sound"),
        (38, "shown 38 ms after their sound"),
    ])
    func lipSyncIsSaidWithItsDirection(lag: Double, words: String) {
        #expect(CallFigures(changed("video", ["lag_ms": JSONValue(lag)])).lag == words)
    }

    @Test(arguments: [
        (0, 0.0, "no freezes"), (1, 310, "1 freeze of 0.3 s in all"), (4, 2150, "4 freezes of 2.2 s in all"),
    ])
    func freezesAreCounted(count: Int, milliseconds: Double, words: String) {
        let stats = changed("video", ["freezes": JSONValue(count), "freeze_ms": JSONValue(milliseconds)])
        #expect(CallFigures(stats).pictures[2].hasPrefix(words))
    }

    // MARK: The live line

    private static let start = Instant(nanoseconds: 1_000_000_000)

    @Test func theLiveLineTellsWhatHappenedSinceTheLast() {
        var meter = CallMeter()
        #expect(
            meter.line(Self.stats, at: Self.start, columns: nil)
                == "00:10  host 0.4 ms  ▮▮▮▮▮▮▮▯▯▯ -20 dB  640x360  2 freezes  shown 12 ms before their sound"
        )
        let packets: JSONValue = ["received": 1085, "lost": 50, "given_up": 15]
        var later = changed("video", ["shown": 358, "packets": packets]).object ?? [:]
        later["audio"] = ["received": 597, "lost": 4, "level_db": -20.4]
        later["bytes"] = ["received": 200_900]
        #expect(
            meter.line(.object(later), at: Self.start + .seconds(2), columns: nil)
                == "00:10  host 0.4 ms  loss 1.0 %  800 kbit/s  ▮▮▮▮▮▮▮▯▯▯ -20 dB  640x360 30 fps  "
                + "2 freezes  10.0 % missing, 5.0 % after repair  shown 12 ms before their sound")
    }

    @Test func whoOnlySendsPicturesSeesThem() {
        var meter = CallMeter()
        let line = meter.line(changed("video", ["received": 0, "shown": 0]), at: Self.start, columns: nil)
        #expect(line.hasSuffix("dB  pictures: 300 sent at 320x180 (3 more left out, the next being due)"))
    }

    @Test func theLiveLineFitsItsTerminal() {
        for columns in 1...140 {
            var meter = CallMeter()
            _ = meter.line(Self.stats, at: Self.start, columns: columns)
            let line = meter.line(Self.stats, at: Self.start + .seconds(1), columns: columns)
            #expect(line.count < max(columns, 6) && line.hasPrefix("00:10"), "\(columns)")
        }
    }

    @Test func withoutPicturesTheLiveLineHasNone() {
        var meter = CallMeter()
        let stats = JSONValue.object(MeasuredCall.stats(hasPictures: false))
        _ = meter.line(stats, at: Self.start, columns: nil)
        #expect(
            meter.line(stats, at: Self.start + .seconds(1), columns: nil)
                == "00:10  host 0.4 ms  loss 0.0 %  0 kbit/s  ▮▮▮▮▮▮▮▯▯▯ -20 dB")
    }
}
