import Foundation
import TestSupport
import Testing

/// Real daemons that show each other pictures: `contrib/measure/picture`.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct PictureCallTests {
    @Test func picturesAndSoundComeThrough() throws {
        try TemporaryFolder.with { folder in
            let script = Project.root.appendingPathComponent("contrib/measure/picture")
            let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            let result = try Command(path: "/usr/bin/python3")
                .run(["-B", script.path, "--programs", products.path, "--seconds", "4", "--json", "shown"], in: folder)
            #expect(result.exitCode == 0, "\(result.error)")
            var figures: [String: Double] = [:]
            for line in result.output.split(separator: UInt8(ascii: "\n")) {
                let told = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
                if let name = told?["name"] as? String { figures[name] = told?["value"] as? Double }
            }
            // How many depends on what else this machine does; that all of them are accounted for does not.
            let sent = try #require(figures["shown_sent"]), shown = try #require(figures["shown"])
            #expect(sent > 0 && shown > 0 && shown <= sent)
            #expect(figures["shown_share"] == (100_000 * shown / sent).rounded() / 1_000)
            #expect(try #require(figures["shown_key_frames"]) >= 1)
        }
    }
}
