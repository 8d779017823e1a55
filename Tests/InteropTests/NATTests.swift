import Foundation
import TestSupport
import Testing

/// Real daemons behind NATs in namespaces, a third as introducer, and coturn: `contrib/measure/nat`.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["PARLEY_NETNS"] != nil && getuid() == 0, "PARLEY_NETNS and root"),
    .serialized, .timeLimit(.minutes(10)))
struct NATTests {
    /// The folder of the programs that were built with the tests.
    private static var products: URL { URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent() }

    @Test(arguments: ["cone", "symmetric", "symmetric-tcp", "hidden", "hidden-tcp"])
    func aCallComesThroughAnIntroducerAndFindsItsPath(scene: String) throws {
        try TemporaryFolder.with { folder in
            let script = Project.root.appendingPathComponent("contrib/measure/nat")
            let result = try Command(path: "/usr/bin/python3")
                .run(["-B", script.path, "--build", Self.products.path, "-n", "1", scene], in: folder)
            let told = String(decoding: result.output, as: UTF8.self)
            #expect(result.exitCode == 0, "\(told)\(result.error)")
            #expect(told.contains("\(scene): 1 of 1 connected"))
        }
    }

    @Test(arguments: ["wrong_password", "absent", "silent", "dies_udp", "dies_tcp", "hidden"])
    func aServerThatIsOfNoUseIsNamed(scenario: String) throws {
        try TemporaryFolder.with { folder in
            let script = Project.root.appendingPathComponent("Tests/InteropTests/Netlab/servers.py")
            let lab = Project.root.appendingPathComponent("contrib/netlab")
            let result = try Command(path: "/usr/bin/python3")
                .run(["-B", script.path, lab.path, Self.products.path, scenario], in: folder)
            let told = String(decoding: result.output, as: UTF8.self)
            #expect(result.exitCode == 0, "\(told)\(result.error)")
            #expect(told.hasSuffix("all of it\n"))
        }
    }
}
