import Basics
import Foundation
import NetworkLoop
import Platform
import Testing

@Suite(.timeLimit(.minutes(10))) struct DescriptorWatchTests {
    init() { NetworkActor.runInBackground() }

    @Test @NetworkActor func readinessIsToldAsLongAsSomethingWaits() async throws {
        let pipe = Pipe()
        var told: [DescriptorWatch.Readiness] = []
        let watch = DescriptorWatch(pipe.fileHandleForReading.fileDescriptor, for: .read) { told.append($0) }
        await turn()
        #expect(told == [])
        try pipe.fileHandleForWriting.write(contentsOf: Data("x".utf8))
        await turn()
        await turn()
        #expect(told.count >= 2 && told.allSatisfy { $0 == .read })
        watch.interest = []
        await turn()
        told = []
        await turn()
        #expect(told == [])
    }

    @Test @NetworkActor func theEndIsToldAsReadable() async throws {
        let pipe = Pipe()
        var told: [DescriptorWatch.Readiness] = []
        let watch = DescriptorWatch(pipe.fileHandleForReading.fileDescriptor, for: []) { told.append($0) }
        try pipe.fileHandleForWriting.close()
        await turn()
        await turn()
        #expect(told.first == .read)
        _ = watch
    }

    @Test @NetworkActor func roomToWriteIsTold() async throws {
        let pipe = Pipe()
        var told: [DescriptorWatch.Readiness] = []
        let watch = DescriptorWatch(pipe.fileHandleForWriting.fileDescriptor, for: [.read, .write]) {
            told.append($0)
        }
        await turn()
        await turn()
        #expect(told.first == .write)
        _ = watch
    }
}
