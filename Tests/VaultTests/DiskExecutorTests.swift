import Basics
import Crypto
import Foundation
import NetworkLoop
import Platform
import Testing

@testable import Journal
@testable import Vault

@Suite(.timeLimit(.minutes(10))) struct DiskExecutorTests {
    let folder: TemporaryFolder
    let disk = DiskExecutor()

    init() throws {
        NetworkActor.runInBackground()
        folder = try TemporaryFolder()
    }

    /// Opens the state and the journal in the folder.
    @NetworkActor private func open() async -> Bool {
        let path = folder.path, key = SecretBytes.key(1)
        return await withCheckedContinuation { opened in
            disk.perform { disk in
                disk.state = try? StateStore(at: path + "/store.db", key: key.copy())
                disk.journal = try? JournalFiles(at: path + "/log")
                return disk.state != nil && disk.journal != nil
            } then: {
                opened.resume(returning: $0)
            }
        }
    }

    @Test @NetworkActor func resultsComeInTheOrderOfTheJobs() async throws {
        #expect(await open())
        var order: [Int] = []
        for index in 0..<60 {
            switch index % 3 {
            case 0:
                disk.submit(state: [.put(namespace: "n", key: [UInt8(index)], value: [])]) { result in
                    #expect(throws: Never.self) { try result.get() }
                    order.append(index)
                }
            case 1:
                let batch = JournalBatch(
                    number: UInt64(index), [.write(path: "a", offset: index / 3, bytes: [UInt8(index)]), .sync])
                disk.submit(journal: batch) { id, failure in
                    #expect(id == batch.id && failure == nil)
                    order.append(index)
                }
            default:
                disk.perform { _ in
                    index
                } then: {
                    order.append($0)
                }
            }
        }
        disk.stop()
        #expect(order == Array(0..<60))
        #expect(try StateStore(at: folder.path + "/store.db", key: .key(1)).list("n").count == 20)
        #expect(try folder.bytes(of: "log/a") == (0..<20).map { UInt8($0 * 3 + 1) })
    }

    @Test @NetworkActor func resultsComeWhileTheLoopRuns() async throws {
        #expect(await open())
        let result = await withCheckedContinuation { stored in
            disk.submit(state: [.put(namespace: "n", key: [1], value: [2])]) { stored.resume(returning: $0) }
        }
        #expect(throws: Never.self) { try result.get() }
        let value = await withCheckedContinuation { read in
            disk.perform { disk in
                (try? disk.state?.get("n", [1])) ?? nil
            } then: {
                read.resume(returning: $0)
            }
        }
        #expect(value == [2])
        disk.stop()
    }

    @Test @NetworkActor func writesThatWaitTogetherAreAllStoredInTheirOrder() async throws {
        #expect(await open())
        let gate = Semaphore()
        disk.perform { _ in
            gate.wait()
        } then: { _ in
        }
        var order: [Int] = []
        for index in 0..<600 {
            disk.submit(state: [.put(namespace: "n", key: [UInt8(index % 7)], value: Array("\(index)".utf8))]) {
                result in
                #expect(throws: Never.self) { try result.get() }
                order.append(index)
            }
        }
        gate.signal()
        disk.stop()
        #expect(order == Array(0..<600))
        let stored = try StateStore(at: folder.path + "/store.db", key: .key(1)).list("n")
        #expect(Set(stored.map { String(decoding: $0.value, as: UTF8.self) }) == Set((593..<600).map(String.init)))
    }

    @Test @NetworkActor func withNothingOpenWritesFailAndSaySo() async {
        var told: [String] = []
        disk.submit(state: [.delete(namespace: "n", key: [])]) {
            told.append($0.failure == .notOpen ? "state" : "?")
        }
        disk.submit(journal: JournalBatch([.sync])) { _, failure in
            told.append(failure == .other("no log is open") ? "journal" : "?")
        }
        disk.stop()
        #expect(told == ["state", "journal"])
    }

    @Test @NetworkActor func oneFailureDoesNotHurtTheBatchesBesideIt() async throws {
        #expect(await open())
        var failures: [Bool] = []
        for offset in [0, 7, 1] {
            disk.submit(journal: JournalBatch([.write(path: "a", offset: offset, bytes: [1]), .sync])) { _, failure in
                failures.append(failure != nil)
            }
        }
        disk.stop()
        #expect(failures == [false, true, false])
    }

    @Test @NetworkActor func stoppingFinishesWhatResultsSubmit() async throws {
        #expect(await open())
        var rounds = 0
        func again() {
            rounds += 1
            guard rounds < 5 else { return }
            disk.submit(state: [.put(namespace: "n", key: [UInt8(rounds)], value: [])]) { _ in again() }
        }
        again()
        disk.stop()
        #expect(rounds == 5)
        #expect(try StateStore(at: folder.path + "/store.db", key: .key(1)).list("n").count == 4)
    }

    @Test @NetworkActor func aResultThatCannotBeCopiedArrives() async {
        let path = folder.path + "/key"
        let value = await withCheckedContinuation { arrived in
            disk.perform { _ in
                Result { () throws(KeyFileError) in
                    try KeyFile.write(SecretBytes("secret"), to: path, protection: .none)
                    return try KeyFile.read(path)
                }
            } then: { result in
                switch consume result {
                case .success(let secret): arrived.resume(returning: secret.exposed)
                case .failure: arrived.resume(returning: [])
                }
            }
        }
        #expect(value == Array("secret".utf8))
        disk.stop()
    }

    @Test @NetworkActor func nothingRunsOnTheNetworkThread() async {
        let thread = pthread_self()
        let isSame = await withCheckedContinuation { arrived in
            disk.perform { _ in
                pthread_equal(thread, pthread_self()) != 0
            } then: {
                arrived.resume(returning: $0)
            }
        }
        #expect(!isSame)
        disk.stop()
    }
}

extension Result {
    fileprivate var failure: Failure? {
        guard case .failure(let failure) = self else { return nil }
        return failure
    }
}
