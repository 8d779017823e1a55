import Foundation
import TestSupport
import Testing

/// `contrib/netlab/link` between two namespaces, with plain UDP sockets and a script of Python's.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["PARLEY_NETNS"] != nil && getuid() == 0, "PARLEY_NETNS and root"),
    .serialized, .timeLimit(.minutes(10)))
struct LinkTests {
    @Test(arguments: ["delay", "loss", "bursts", "rate", "copies_and_order", "commands"])
    func doesWhatItIsTold(scenario: String) throws {
        try TemporaryFolder.with { folder in
            let script = Project.root.appendingPathComponent("Tests/InteropTests/Netlab/link.py")
            let links = Project.root.appendingPathComponent("contrib/netlab")
            let result = try Command(path: "/usr/bin/python3")
                .run(["-B", script.path, links.path, scenario], in: folder)
            let told = String(decoding: result.output, as: UTF8.self)
            #expect(result.exitCode == 0, "\(told)\(result.error)")
            #expect(told.hasSuffix("all of it\n"))
            print("link: \(told.split(separator: "\n").first ?? "")")
        }
    }
}
