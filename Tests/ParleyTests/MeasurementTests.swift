import Basics
import ControlAPI
import Foundation
import Platform
import Testing

@testable import parley

@Suite struct MeasurementTests {
    private typealias Measured = MeasuredCall

    /// A daemon with one call. Each time that its state is asked for it is one second older, and it ends in the last.
    private static func daemon(steps: Int, hasPictures: Bool = true, isOver: Bool = true) throws -> TestDaemon {
        let age = Locked<Int>(isOver ? steps : 0)
        return try TestDaemon { turn throws(ControlError) in
            switch turn.request.method {
            case .callGet:
                let now = age.withLock {
                    $0 = min($0 + 1, steps)
                    return $0
                }
                return .object(Measured.state(now < steps ? "connected" : "ended"))
            case .callStats:
                let now = age.withLock(\.self)
                let series = (0..<now).map { Measured.step(Double($0 + 1)) }
                let isAsked = turn.request.parameters.flag("series")
                return .object(Measured.stats(isAsked ? series : nil, hasPictures: hasPictures))
            default: throw ControlError(.unsupported)
            }
        }
    }

    private func stats(_ daemon: TestDaemon, _ options: String...) throws -> Command {
        try Command.run(["stats"] + options, socket: daemon.path)
    }

    /// How many values the picture has in a line.
    private func count(_ text: String?) throws -> Int {
        let root = try XMLTree.parse(try #require(text))
        return DrawnChart.all(in: root)[0].stretches("first").map(\.count).reduce(0, +)
    }

    @Test func figuresAreWordsOrWhatTheDaemonSaid() throws {
        let daemon = try Self.daemon(steps: 3)
        let words = try stats(daemon)
        #expect(words.status == 0 && words.output.contains("pictures  300 sent at 320x180 (3 more"))
        let json = try stats(daemon, "--json")
        #expect(json.json == .object(Measured.stats()) && daemon.requests == ["call.stats", "call.stats"])
        let sound = try stats(try Self.daemon(steps: 3, hasPictures: false))
        #expect(sound.output.contains("498 received") && !sound.output.contains("picture"))
    }

    @Test func aCallIsDrawnAndTheFiguresPassThrough() throws {
        let folder = try TemporaryFolder(), file = "\(folder.path)/call.svg"
        let drawn = try stats(try Self.daemon(steps: 3), "last", "--plot", file, "--json")
        #expect(drawn.status == 0 && drawn.json?["series"]?.array?.count == 3)
        #expect(drawn.error.contains("the picture is in \(file)"))
        #expect(try count(folder.read("call.svg")) == 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["call.svg"])
    }

    @Test func theCallThatIsMeantIsTheOneThatIsDrawn() throws {
        let folder = try TemporaryFolder(), asked = Locked<[String?]>([])
        let daemon = try TestDaemon { turn throws(ControlError) in
            let call = turn.request.parameters.textIfPresent("call")
            asked.withLock { $0.append(call) }
            return .object(
                turn.request.method == .callGet ? Measured.state() : Measured.stats([Measured.step(1)]))
        }
        #expect(try stats(daemon, "--plot", "\(folder.path)/a.svg").status == 0)
        #expect(try stats(daemon, "last", "--plot", "\(folder.path)/b.svg").status == 0)
        #expect(asked.withLock { $0 } == [nil, "c1", "c1", "last", "c1"])
    }

    @Test func aPictureGoesToStandardOutputAlone() throws {
        let drawn = try stats(try Self.daemon(steps: 3), "--plot", "-")
        #expect(drawn.status == 0 && drawn.error.contains("sound"))
        #expect(try count(drawn.output) == 3)
        #expect(try stats(try Self.daemon(steps: 3), "--plot", "-", "--interval", "1s").status == 64)
    }

    @Test func aFileThatIsThereStaysUnlessForced() throws {
        let folder = try TemporaryFolder(), daemon = try Self.daemon(steps: 3)
        let file = try folder.write("call.svg", "precious")
        let kept = try stats(daemon, "--plot", file)
        #expect(kept.status == 64 && kept.error.contains("--force") && folder.read("call.svg") == "precious")
        #expect(daemon.requests.isEmpty)
        #expect(try stats(daemon, "--plot", file, "--force").status == 0)
        #expect(try count(folder.read("call.svg")) == 3)
        #expect(try stats(daemon, "--plot", "\(folder.path)/none/call.svg").status == 74)
    }

    @Test func nothingMeasuredIsNoPicture() throws {
        let folder = try TemporaryFolder(), daemon = try Self.daemon(steps: 0)
        for options in [
            ["--plot", "\(folder.path)/call.svg"], ["--plot", "\(folder.path)/call.svg", "--interval", "1ms"],
        ] {
            let empty = try Command.run(["stats"] + options, socket: daemon.path)
            #expect(empty.status == 1 && empty.error.contains("there is nothing to draw"))
        }
        let old = try folder.write("old.svg", "precious")
        #expect(try stats(daemon, "--plot", old, "--force").status == 1 && folder.read("old.svg") == "precious")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["old.svg"])
    }

    /// It ends with the call, and with its last figures.
    @Test func thePictureGrowsWithTheCall() throws {
        let folder = try TemporaryFolder(), daemon = try Self.daemon(steps: 4, isOver: false)
        let command = try stats(daemon, "--interval", "1ms", "--plot", "\(folder.path)/call.svg", "--json")
        #expect(command.status == 0)
        let counts = command.output.split(separator: "\n").map {
            (try? JSONValue(parsing: String($0)))?["series"]?.array?.count
        }
        #expect(counts == [1, 2, 3, 4])
        #expect(try count(folder.read("call.svg")) == 4)
        #expect(command.error.split(separator: "\n").count == 1, "it is said once where the picture is")
    }

    @Test func aCallThatIsForgottenMeanwhileIsNoFailure() throws {
        let asked = Locked<Int>(0)
        let daemon = try TestDaemon { turn throws(ControlError) in
            let count = asked.withLock {
                $0 += 1
                return $0
            }
            guard count < 6 else { throw ControlError(.notFound) }
            return .object(turn.request.method == .callGet ? Measured.state("connected") : Measured.stats())
        }
        let command = try stats(daemon, "--interval", "1ms", "--json")
        #expect(command.status == 0 && command.output.split(separator: "\n").count == 2)
        #expect(try stats(daemon, "--interval", "1ms").status == 1)
    }
}
