import Basics
import Crypto
import Foundation
import Journal
import JournalTestSupport
import Testing

/// Our logs under programs that others wrote: Go's sumdb/note and sumdb/tlog, and openssl.
@Suite struct ForeignJournalVerifyTests {
    private static let tools = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("contrib/journal-verify")
    private static let goPath = "/usr/share/gocode"
    private static var hasGo: Bool {
        Command("go") != nil
            && FileManager.default.fileExists(atPath: goPath + "/src/golang.org/x/mod/sumdb/tlog/tlog.go")
    }

    @Test(.enabled(if: hasGo, "golang-go or golang-golang-x-mod-dev is not installed"))
    func goAcceptsWhatWeWriteAndRefusesEveryChange() throws {
        try TemporaryFolder.with { folder in
            let go = try Self.build(in: folder)
            let disk = try SampleLog.stopped(seed: 1)
            try folder.write(disk, to: "whole")
            let whole = try go.run(["whole"], in: folder)
            #expect(whole.exitCode == 0, "\(String(decoding: whole.output, as: UTF8.self))")
            let ours = try JournalVerifier.verify(disk)
            let line = "whole: ok: \(ours.size) entries, \(ours.signed.size) signed, 3 epochs; \(ours.summary)\n"
            #expect(String(decoding: whole.output, as: UTF8.self) == line)

            var random = SeededRandom(seed: 2)
            let count = LongTests.areWanted ? 10_000 : 100
            var accepted: [String] = []
            for start in stride(from: 0, to: count, by: 500) {
                var mutations: [JournalMutation] = []
                for index in start..<min(start + 500, count) {
                    mutations.append(JournalMutation(of: disk, using: &random))
                    try folder.write(mutations[index - start].disk, to: "\(index)", sharing: disk, at: "whole")
                }
                let names = mutations.indices.map { "\($0 + start)" }
                let result = try go.run(names, in: folder)
                let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
                #expect(lines.count == names.count && result.exitCode == 13)
                for (line, mutation) in zip(lines, mutations) where line.contains(": ok: ") {
                    accepted.append(mutation.description)
                }
                for name in names { try FileManager.default.removeItem(at: folder.url.appendingPathComponent(name)) }
            }
            print("journal mutations under Go: \(count) tried, \(accepted.count) accepted")
            #expect(accepted.isEmpty, "\(accepted.prefix(10))")
        }
    }

    @Test(.enabled(if: hasGo, "golang-go or golang-golang-x-mod-dev is not installed"))
    func goTellsTheSameKindsAsWe() throws {
        try TemporaryFolder.with { folder in
            let go = try Self.build(in: folder)
            let disks = try Self.logs()
            for (name, disk) in disks {
                try FileManager.default.createDirectory(
                    at: folder.url.appendingPathComponent(name), withIntermediateDirectories: true)
                try folder.write(disk, to: name)
                let result = try go.run([name], in: folder)
                let text = String(decoding: result.output, as: UTF8.self)
                do throws(VerificationFailure) {
                    let report = try JournalVerifier.verify(disk)
                    #expect(result.exitCode == 0 && text.hasSuffix("\(report.summary)\n"), "\(text)")
                } catch {
                    let kind = error.kind == .absent ? "journal_empty" : error.kind.name  // the folder is there
                    #expect(result.exitCode == 13 && text.contains(kind), "\(name): \(error.reason); \(text)")
                }
            }
            let absent = try go.run(["nowhere"], in: folder)
            #expect(absent.exitCode == 13 && String(decoding: absent.output, as: UTF8.self).contains("journal_absent"))
            let anchor = try go.run(["-anchor", "rolled back/checkpoint", "whole"], in: folder)
            #expect(anchor.exitCode == 0)
            let rolledBack = try go.run(["-anchor", "whole/checkpoint", "rolled back"], in: folder)
            #expect(String(decoding: rolledBack.output, as: UTF8.self).contains("journal_truncated"))
            let vkey = try JournalVerifier.verify(try #require(disks["whole"])).vkey.description
            #expect(try go.run(["-key", vkey, "whole"], in: folder).exitCode == 0)
            let wrongKey = try go.run(["-key", vkey + "x", "whole"], in: folder)
            #expect(String(decoding: wrongKey.output, as: UTF8.self).contains("journal_wrong_key"))
        }
    }

    @Test(.enabled(if: Command("openssl") != nil && Command("sh") != nil, "openssl is not installed"))
    func opensslVerifiesEverySignature() throws {
        try TemporaryFolder.with { folder in
            let disk = try #require(try Self.logs()["witnessed"])
            let script = Self.tools.appendingPathComponent("verify-with-openssl.sh").path
            try folder.write(disk, to: "log")
            let whole = try #require(try Command("sh")?.run([script, "log"], in: folder))
            #expect(whole.exitCode == 0, "\(whole.error)")
            let lines = disk.files.filter { $0.key == "checkpoint" || $0.key.hasPrefix("cp/") }
                .map { String(decoding: $0.value, as: UTF8.self).split(separator: "\u{2014} ").count - 1 }
            let count = lines.reduce(1, +)  // and genesis
            #expect(String(decoding: whole.output, as: UTF8.self) == "\(count) signatures verified\n")

            for path in ["checkpoint", "cp/000000000001", "policy"] {
                var changed = disk
                let offset = (changed.files[path]?.count ?? 0) - 30
                changed.files[path]?[offset] ^= 1
                try folder.write(changed, to: "changed")
                #expect(try Command("sh")?.run([script, "changed"], in: folder).exitCode == 13, "\(path)")
            }
        }
    }

    /// Logs in many states.
    private static func logs() throws -> [String: MemoryDisk] {
        var disks: [String: MemoryDisk] = [:]
        var bench = JournalBench(seed: 3)
        try bench.appendCalls(20)
        bench.journal.signCheckpoint()
        bench.drain()
        disks["rolled back"] = bench.disk
        try bench.appendCalls(3)
        disks["not signed to its end"] = bench.disk
        bench.journal.signCheckpoint()
        bench.drain()
        var killed = bench.disk
        killed.files["checkpoint"] = disks["rolled back"]?.files["checkpoint"]
        disks["killed between two files"] = killed
        bench.run(for: .seconds(2 * 24 * 3600))
        bench.stop()
        let whole = bench.disk
        disks["whole"] = whole
        disks["empty"] = MemoryDisk()
        for (name, change) in changes {
            var disk = whole
            change(&disk)
            disks[name] = disk
        }
        disks["witnessed"] = try witnessed()
        return disks
    }

    private static let changes: [String: @Sendable (inout MemoryDisk) -> Void] = [
        "unsigned": { $0.files["checkpoint"] = nil },
        "without any checkpoint": { disk in
            disk.files = disk.files.filter { !$0.key.hasPrefix("cp/") && $0.key != "checkpoint" }
        },
        "without lines of signatures": { disk in
            let lines = String(decoding: disk.files["checkpoint"] ?? [], as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            disk.files["checkpoint"] = Array((lines.prefix(4).joined(separator: "\n") + "\n").utf8)
        },
        "with the checkpoint before": { disk in
            let kept = disk.files.keys.filter { $0.hasPrefix("cp/") }.sorted()
            disk.files["checkpoint"] = disk.files[kept[kept.count - 2]]
        },
        "cut": { $0.files["tile/entries/000"]?.removeLast(700) },
        "short of hashes": { $0.files["tile/0/000"]?.removeLast(64) },
        "changed": { $0.files["tile/entries/000"]?[700] ^= 1 },
        "torn": { $0.files["tile/entries/000"]? += [1, 2, 3] },
        "with a stranger": { $0.files["checkpoint~"] = [1] },
    ]

    private static func witnessed() throws -> MemoryDisk {
        var bench = JournalBench(seed: 4), random = SeededRandom(seed: 5)
        let key = Ed25519.KeyPair(seed: random.secretBytes(32))
        let witness = try #require(
            VerifierKey(name: "witness.example/w", kind: .cosignature, publicKey: key.publicKey))
        _ = try bench.journal.trust(witness, at: bench.moment)
        try bench.appendCalls(20)
        bench.journal.signCheckpoint()
        bench.drain()
        let cosignature = Cosignature(of: bench.journal.head.signed.text, at: 1_795_456_200, with: key)
        let isTaken = bench.journal.accept(cosignature.line(by: witness))
        #expect(isTaken)
        bench.drain()
        try bench.appendCalls(4)
        bench.run(for: .seconds(24 * 3600))
        bench.stop()
        return bench.disk
    }

    private static func build(in folder: TemporaryFolder) throws -> Command {
        let source = tools.appendingPathComponent("verify.go").path
        var environment = ["GO111MODULE": "off", "GOPATH": goPath, "GOFLAGS": ""]
        if ProcessInfo.processInfo.environment["HOME"] == nil {
            environment["GOCACHE"] = folder.url.appendingPathComponent("cache").path
        }
        let result = try #require(
            try Command("go")?.run(["build", "-o", "verify", source], in: folder, environment: environment))
        try #require(result.exitCode == 0, "\(result.error)")
        return Command(path: folder.url.appendingPathComponent("verify").path)
    }
}

extension TemporaryFolder {
    /// Writes a log into the folder `name`. Files that are as in `other`, which lies in `place`, are shared with it.
    func write(_ disk: MemoryDisk, to name: String, sharing other: MemoryDisk? = nil, at place: String = "") throws {
        for (path, bytes) in disk.files where path != "reserve" {
            guard other?.files[path] == bytes else {
                try write(bytes, to: "\(name)/\(path)")
                continue
            }
            let target = url.appendingPathComponent("\(name)/\(path)")
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.linkItem(at: url.appendingPathComponent("\(place)/\(path)"), to: target)
        }
    }
}
