import Basics
import Foundation
import MediaFiles
import MediaURIs
import Platform
import TestSupport
import Testing

@testable import CodecDriver

/// The sound of WebM files on the media thread, beside the pictures of the same files.
@Suite struct WebMSoundTests {
    static let tone = Sound.tone(440, count: 96_000)

    @Test func soundIsHeardWhereItWas() throws {
        let samples = Talk.samples(try Talk.lane(Talk.webm(Talk.packets(Self.tone))))
        #expect(abs(samples.count - 96_000) <= 960)
        #expect(abs(Sound.amplitude(440, in: samples[4_800..<91_200]) - 0.3) < 0.01)
        #expect(abs(Talk.lag(440, samples[4_800..<91_200])) < 5, "what the encoder began with is left out")
    }

    @Test(.enabled(if: Talk.clip != nil, Talk.absence)) func fileOfFFmpegIsHeardWhereItWas() throws {
        let samples = Talk.samples(try Talk.lane(try #require(Talk.clip)))
        #expect(abs(samples.count - 48_000) <= 1_920)
        #expect(abs(Sound.amplitude(440, in: samples[4_800..<43_200]) - 0.125) < 0.01)
        #expect(abs(Talk.lag(440, samples[4_800..<43_200])) < 0.5)
    }

    /// Two channels become one, and other lengths of packets are as good.
    @Test(arguments: ["2.5", "10", "60", "120"]) func anyPacketsOfFFmpegAreHeard(milliseconds: String) throws {
        let bytes = Talk.foreign(
            "webm",
            [
                "-f", "lavfi", "-i", "sine=frequency=440:duration=1:sample_rate=48000", "-ac", "2", "-c:a", "libopus",
                "-frame_duration", milliseconds,
            ])
        guard let bytes else { try Test.cancel(Talk.absence) }
        let samples = Talk.samples(try Talk.lane(bytes))
        // ffmpeg gives each channel half of the power; the container tells times in whole milliseconds.
        #expect(abs(Sound.amplitude(440, in: samples[4_800..<43_200]) - 0.0884) < 0.01)
        #expect(abs(Talk.lag(440, samples[4_800..<43_200])) < 48)
    }

    /// A file whose head of Opus has these two bytes at `offset`.
    static func toneWithHead(_ bytes: [UInt8], at offset: Int) throws -> [UInt8] {
        var file = try Talk.webm(Talk.packets(tone))
        let head = try #require(Data(file).range(of: Data("OpusHead".utf8))).lowerBound
        file.replaceSubrange(head + offset..<head + offset + 2, with: bytes)
        return file
    }

    @Test(arguments: [(-6.0, 0.15), (6, 0.6), (-128, 0)]) func headSaysHowLoudItIs(gain: Double, amplitude: Double)
        throws
    {
        let number = UInt16(bitPattern: Int16(gain * 256))
        let bytes = try Self.toneWithHead([UInt8(truncatingIfNeeded: number), UInt8(number >> 8)], at: 16)
        let samples = Talk.samples(try Talk.lane(bytes))
        #expect(abs(Sound.amplitude(440, in: samples[4_800..<91_200]) - amplitude) < 0.01)
    }

    /// 1.4 s of delay, of which the coder that made the packets knows nothing: what remains is heard at once.
    @Test func headThatLiesAboutItsDelayCostsTheBeginningOnly() throws {
        let samples = Talk.samples(try Talk.lane(Self.toneWithHead([0xFF, 0xFF], at: 10)))
        #expect(abs(samples.count - (96_000 - 65_535)) <= 4_800)
        #expect(Sound.amplitude(440, in: samples[9_600..<24_000]) > 0.29)
    }

    @Test func gapIsSilenceAndWhatFollowsIsInItsPlace() throws {
        var packets = Talk.packets(Self.tone)
        packets.removeSubrange(25..<50)
        let samples = Talk.samples(try Talk.lane(Talk.webm(packets)))
        #expect(Sound.power(samples[24_000..<47_000]) < 1e-6)
        #expect(Sound.amplitude(440, in: samples[4_800..<19_200]) > 0.29)
        #expect(Sound.amplitude(440, in: samples[52_800..<91_200]) > 0.29)
        #expect(abs(Talk.lag(440, samples[52_800..<91_200])) < 5)
    }

    @Test func packetsThatCannotBeDecodedAreAGap() throws {
        var packets = Talk.packets(Self.tone)
        for index in 25..<50 { packets[index].bytes = [0x03] }
        let samples = Talk.samples(try Talk.lane(Talk.webm(packets)))
        #expect(Sound.power(samples[24_000..<47_000]) < 1e-6)
        #expect(abs(Talk.lag(440, samples[52_800..<91_200])) < 5)
    }

    @Test func soundThatBeginsLateBeginsLate() throws {
        let packets = Talk.packets(Self.tone).map { packet in
            var packet = packet
            packet.time += .milliseconds(700)
            return packet
        }
        let bytes = try Talk.webm(Talk.pictures(count: 40) + packets)
        let samples = Talk.samples(try Talk.lane(bytes))
        #expect(Sound.power(samples[0..<33_000]) < 1e-9)
        #expect(abs(Talk.lag(440, samples[33_600...].dropFirst(4_800).prefix(76_800)) - 0) < 120)
        #expect(Sound.amplitude(440, in: samples[38_400..<120_000]) > 0.29)
    }

    /// As our own recordings tell them: when packets arrived.
    @Test func timesThatAreALittleOffLeaveNoHoles() throws {
        var random = SplitMix(seed: 3), packets = Talk.packets(Self.tone)
        for index in packets.indices.dropFirst() {
            packets[index].time += .milliseconds(Int.random(in: 0...35, using: &random))
        }
        let samples = Talk.samples(try Talk.lane(Talk.webm(packets)))
        #expect(abs(samples.count - 96_000) <= 960)
        #expect(abs(Sound.amplitude(440, in: samples[4_800..<91_200]) - 0.3) < 0.01)
    }

    /// A beep at each picture of the number 15 and 45: both stay together, in each repetition.
    @Test func lipsFitHoweverOftenTheFileBeginsAgain() throws {
        let beep = Sound.tone(1_000, count: 4_800)
        var voice = [Float](repeating: 0, count: 96_000)
        for start in [24_000, 72_000] { voice.replaceSubrange(start..<start + 4_800, with: beep) }
        let bytes = try Talk.webm((Talk.pictures(count: 60) + Talk.packets(voice)).sorted { $0.time < $1.time })
        let pictures = Talk.pictures(try Talk.open(bytes, "file:x?loop=1"), limit: 300)
        let samples = Talk.samples(try Talk.lane(bytes, "file:x?loop=1"), limit: 500)
        #expect(pictures.count == 300 && samples.count == 480_000)
        let flashes = pictures.filter { $0.number % 30 == 15 }.map(\.time.inSeconds)
        var beeps: [Double] = [], last = -24_000
        for index in samples.indices where abs(samples[index]) > 0.1 {
            if index - last > 4_800 { beeps.append(Double(index) / 48_000) }
            last = index
        }
        #expect(flashes.count == 10 && beeps.count == 10)
        for (flash, beep) in zip(flashes, beeps) { #expect(abs(flash - beep) < 0.003) }
    }

    @Test func pictureAndSoundOfOneFileAreSentTogether() throws {
        let bytes = try Talk.webm((Talk.pictures(count: 30) + Talk.packets(Self.tone)).sorted { $0.time < $1.time })
        let source = try Talk.open(bytes), start = TransmitterTests.start
        let sound = TransmitterTests.Bench(), picture = VideoTransmitterTests.Bench(source)
        sound.transmitter.add(SourceLane(id: 0, try Talk.sound(source)))
        sound.transmitter.start(at: start)
        picture.transmitter.start(at: start)
        sound.run(from: start, until: start + .seconds(3))
        picture.run(from: start, until: start + .seconds(3))
        #expect(sound.frames.count == 101 && picture.sent.count == 30)
        #expect(sound.events == [.sendingStarted, .sourceEnded(source: 0, error: nil), .sendingStopped])
        #expect(picture.events == [.sendingStarted, .sourceEnded(source: 7, error: nil)])
        for (index, frame) in picture.sent.enumerated() {
            #expect(frame.header.due == start + .milliseconds(1_000 * index / 30))
        }
    }

    /// Half a second in which no thread ran: neither picture nor sound is late afterwards. Half a minute: both go on where
    /// they were.
    @Test(arguments: [500, 30_000]) func lipsFitAfterTheMachineStoodStill(milliseconds: Int) throws {
        let voice = [Float](repeating: 0, count: 72_000) + Sound.tone(1_000, count: 24_000)
        let bytes = try Talk.webm((Talk.pictures(count: 60) + Talk.packets(voice)).sorted { $0.time < $1.time })
        let source = try Talk.open(bytes), start = TransmitterTests.start
        let sound = TransmitterTests.Bench(), picture = VideoTransmitterTests.Bench(source)
        sound.transmitter.add(SourceLane(id: 0, try Talk.sound(source)))
        sound.transmitter.start(at: start)
        picture.transmitter.start(at: start)
        let stop = start + .milliseconds(610), resume = stop + .milliseconds(milliseconds)
        for (begin, end) in [(start, stop), (resume, resume + .seconds(3))] {
            sound.run(from: begin, until: end)
            picture.run(from: begin, until: end)
        }
        var decoder = VP8Decoder()
        let shown = VideoFrame(try Film.size(16, 16))
        let flash = try picture.sent.first {
            _ = try Film.decode($0.bytes, with: &decoder, into: shown)
            return FrameStamp(reading: shown).map { $0.number >= 45 } ?? false
        }
        let beep = try #require(sound.heard.firstIndex { abs($0) > 0.1 })
        // The encoder looks ahead by 312 samples.
        let heard = sound.frames[(beep - 312) / 960].header.due + .nanoseconds((beep - 312) % 960 * 1_000_000 / 48)
        let late = (heard - (try #require(flash).header.due)).inSeconds
        #expect(abs(late) < 0.04)
        print("measured: after \(milliseconds) ms of standing still the sound is \(Int(late * 1_000)) ms late")
    }

    @Test func pipeOfSoundIsHeardAsItComes() throws {
        let bytes = try Talk.webm(Talk.packets(Self.tone)), pipe = try Sound.pipe()
        guard case .pipe(let source) = try MediaSource.open(SourceURI("pipe:0"), pipe.reader.duplicate()) else {
            throw Talk.Failure()
        }
        try pipe.writer.writeAll(bytes.rawSpan)
        guard case .told(.sound(let sound)) = source.tell() else { throw Talk.Failure() }
        let bench = TransmitterTests.Bench(), start = TransmitterTests.start
        bench.transmitter.add(SourceLane(id: 0, sound))
        bench.transmitter.start(at: start)
        bench.run(from: start, until: start + .milliseconds(1_500))
        #expect(bench.frames.count == 76 && Sound.amplitude(440, in: bench.heard[4_800..<67_200]) > 0.28)
    }

    /// What comes after a pipe gave nothing for a second is played when it comes, without another second of silence.
    @Test func pipeThatStalledGoesOn() throws {
        let packets = Talk.packets(Self.tone).enumerated().map { index, packet in
            var packet = packet
            if index >= 50 { packet.time += .seconds(1) }
            return packet
        }
        let bytes = try Talk.webm(packets), pipe = try Sound.pipe()
        let cut = try #require(Data(bytes).range(of: Data(packets[49].bytes))).upperBound
        let bench = TransmitterTests.Bench(), start = TransmitterTests.start
        guard case .pipe(let source) = try MediaSource.open(SourceURI("pipe:0"), pipe.reader.duplicate()) else {
            throw Talk.Failure()
        }
        try pipe.writer.writeAll(Array(bytes[..<cut]).rawSpan)
        guard case .told(.sound(let sound)) = source.tell() else { throw Talk.Failure() }
        bench.transmitter.add(SourceLane(id: 0, sound))
        bench.transmitter.start(at: start)
        bench.run(from: start, until: start + .milliseconds(2_000))
        try pipe.writer.writeAll(Array(bytes[cut...]).rawSpan)
        let before = bench.heard.count
        bench.run(from: start + .milliseconds(2_010), until: start + .milliseconds(2_600))
        #expect(Sound.power(bench.heard[(before - 24_000)..<before]) < 1e-6)
        #expect(Sound.amplitude(440, in: bench.heard[(before + 4_800)...].prefix(19_200)) > 0.28)
    }

    @Test func soundThatNobodyCanDecodeIsAnError() throws {
        let frames = (0..<20).map { EncodedFrame(.audio, time: .milliseconds(20 * $0), bytes: [0x03]) }
        let lane = try Talk.lane(Talk.webm(frames))
        _ = Talk.samples(lane)
        #expect(lane.state == .ended(.data("none of its sound can be decoded")))
    }

    /// Packets that all claim the same moment: each frame looks at some of them only.
    @Test func fileThatStandsStillKeepsNobodyBusy() throws {
        let packet = Talk.packets(Array(Self.tone.prefix(960)))[0]
        let lane = try Talk.lane(Talk.webm([EncodedFrame](repeating: packet, count: 5_000)))
        #expect(Talk.samples(lane).count > 960 * 200)
        #expect(lane.state == .ended(nil))
    }

    /// The sound ends, and pictures go on for a minute: they are not read all at once.
    @Test func pictureWithoutSoundIsReadAtItsPace() throws {
        let pictures = try Talk.pictures(count: 30)
        var frames = Talk.packets(Array(Self.tone.prefix(9_600)))
        for index in 0..<600 {
            var picture = pictures[index % 30]
            picture.time = .milliseconds(100 * index)
            frames.append(picture)
        }
        let bytes = try Talk.webm(frames.sorted { $0.time < $1.time })
        let samples = Talk.samples(try Talk.lane(bytes))
        #expect((49...61).contains(samples.count / 48_000))
        #expect(Sound.power(samples[12_000...]) < 1e-9)
    }

    /// And the other way round: pictures end, and the sound goes on.
    @Test func soundWithoutPictureIsReadAtItsPace() throws {
        let frames = try Talk.pictures(count: 30) + Talk.packets(Sound.tone(440, count: 480_000))
        let source = try Talk.open(Talk.webm(frames.sorted { $0.time < $1.time }))
        let bench = VideoTransmitterTests.Bench(source), start = TransmitterTests.start
        bench.transmitter.start(at: start)
        bench.run(from: start, until: start + .seconds(9))
        #expect(bench.sent.count == 30 && bench.events == [.sendingStarted])
        bench.run(from: start + .seconds(9), until: start + .seconds(11))
        #expect(bench.sent.count == 30 && bench.events == [.sendingStarted, .sourceEnded(source: 7, error: nil)])
    }

    /// Whatever a head or a packet asks for, samples stay numbers.
    @Test(.enabled(if: Talk.clip != nil, Talk.absence)) func damagedFilesAreHeardOrRefused() throws {
        let environment = ProcessInfo.processInfo.environment
        let clip = try #require(Talk.clip), count = environment["PARLEY_LONG"] == "1" ? 5_000 : 300
        var random = SplitMix(seed: 11), refused = 0, failed = 0
        for _ in 0..<count {
            let bytes = Self.damage(clip, using: &random)
            guard let source = try? Talk.open(bytes) else {
                refused += 1
                continue
            }
            if case .encoded = source { _ = Talk.pictures(source, limit: 200) }
            guard let sound = Talk.optionalSound(source) else { continue }
            let lane = SourceLane(id: 0, sound)
            let samples = Talk.samples(lane, limit: 200)
            let oddSamples = samples.filter { !$0.isFinite }
            #expect(oddSamples.isEmpty)
            if case .ended(.some) = lane.state { failed += 1 }
        }
        #expect(refused > 0 && failed > 0 && refused + failed < count)
        print("measured: of \(count) damaged WebM files \(refused) were refused, \(failed) ended with an error")
    }

    static func damage(_ bytes: [UInt8], using random: inout SplitMix) -> [UInt8] {
        var damaged = bytes
        for _ in 0...Int.random(in: 0..<5, using: &random) {
            let end = Bool.random(using: &random) ? damaged.count : min(damaged.count, 500)
            let index = Int.random(in: 0..<end, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: damaged.removeSubrange(index..<min(damaged.count, index + Int.random(in: 1...30, using: &random)))
            case 1: damaged.insert(contentsOf: damaged[index..<min(damaged.count, index + 30)], at: index)
            case 2: damaged[index] = 0xFF
            case 3: damaged[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default: damaged[index] = UInt8.random(in: 0...255, using: &random)
            }
        }
        return damaged
    }
}
