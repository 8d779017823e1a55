import Basics
import ControlAPI
import Foundation
import Testing

@Suite struct IdentityTests {
    private let folder: TemporaryFolder
    private let daemon: TestDaemon

    init() throws {
        folder = try TemporaryFolder()
        daemon = try TestDaemon { turn throws(ControlError) in
            let parameters = turn.request.parameters
            func passphrase(_ name: String) -> JSONValue? {
                parameters.intIfPresent(name).map { .string(turn.text(of: $0)) }
            }
            switch turn.request.method {
            case .identityGet: return ["peer": "abc", "name": "Alice", "locked": true, "protected": true]
            case .identityExport:
                let secret = turn.text(of: parameters.int("passphraseFd"))
                turn.write("sealed with " + secret, to: parameters.int("fd"))
                if secret == "refused" { throw ControlError(.diskFull) }
                return ["bytes": 1]
            case .identityImport:
                return JSONValue(members: [
                    "file": passphrase("fd"), "old": passphrase("passphraseFd"), "new": passphrase("newPassphraseFd"),
                ])
            case .identityUnlock where parameters.intIfPresent("passphraseFd") == nil: throw ControlError(.locked)
            default:
                return JSONValue(members: [
                    "secret": passphrase("passphraseFd"), "unprotected": parameters.object["unprotected"],
                ])
            }
        }
    }

    private func run(_ line: String) throws -> Command {
        try Command.run(line.split(separator: " ").map(String.init) + ["--json"], socket: daemon.path)
    }

    @Test func aPassphraseTravelsAsADescriptorOfItsFile() throws {
        let file = try folder.write("secret", "correct horse\n")
        let create = try run("id create --name Alice --passphrase-file \(file)")
        #expect(create.status == 0 && create.json == ["secret": "correct horse\n"])
        #expect(try run("id unlock --passphrase-file \(file)").json == ["secret": "correct horse\n"])
    }

    @Test func offATerminalNobodyIsAsked() throws {
        for line in ["id create --name Alice", "id unlock", "id export \(folder.path)/out"] {
            let command = try run(line)
            #expect(command.status == 64 && command.error.contains("--passphrase-file"), "\(line)")
        }
        #expect(!daemon.requests.contains("identity.create") && !daemon.requests.contains("identity.export"))
        #expect(try run("id create").status == 64)
    }

    /// The keys have no passphrase, or the daemon has it from systemd.
    @Test func nobodyIsAskedForWhatTheDaemonHas() throws {
        let daemon = try TestDaemon { _ in ["peer": "abc", "name": "Alice"] }
        #expect(try Command.run("id", "unlock", socket: daemon.path).status == 0)
    }

    @Test func goingWithoutIsSaidInSoManyWords() throws {
        #expect(try run("id create --name Alice --no-passphrase").json == ["unprotected": true])
    }

    @Test func filesAreOpenedHereAndKeptFromBeingReplaced() throws {
        let secret = try folder.write("secret", "s"), new = try folder.write("new", "n")
        let file = "\(folder.path)/identity.age"
        #expect(try run("id export \(file) --passphrase-file \(secret)").status == 0)
        #expect(folder.read("identity.age") == "sealed with s")
        let again = try run("id export \(file) --passphrase-file \(new)")
        #expect(again.status == 64 && again.error.contains("--force") && folder.read("identity.age") == "sealed with s")
        #expect(try run("id export \(file) --force --passphrase-file \(new)").status == 0)
        #expect(folder.read("identity.age") == "sealed with n")
        let restored = try run("id import \(file) --passphrase-file \(secret) --new-passphrase-file \(new)")
        #expect(restored.json == ["file": "sealed with n", "old": "s", "new": "n"])
        #expect(try run("id import \(folder.path)/nothing --passphrase-file \(secret) --no-passphrase").status == 65)
    }

    @Test func anExportThatFailsLeavesWhatWasThere() throws {
        let secret = try folder.write("secret", "s"), refused = try folder.write("refused", "refused")
        let file = try folder.write("identity.age", "precious"), link = "\(folder.path)/link.age"
        #expect(unsafe chmod(file, 0o644) == 0 && symlink("identity.age", link) == 0)
        func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
        let before = try names()
        for target in [file, link] {
            #expect(try run("id export \(target) --force --passphrase-file \(refused)").status == 74)
            #expect(folder.read("identity.age") == "precious")
        }
        #expect(try run("id export \(folder.path)/new.age --passphrase-file \(refused)").status == 74)
        #expect(try names() == before, "nothing is left behind")
        #expect(try run("id export \(link) --force --passphrase-file \(secret)").status == 0)
        #expect(folder.read("identity.age") == "sealed with s" && folder.read("link.age") == "sealed with s")
        #expect(try names() == before)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func anExportMayGoWhereNoFileIs() throws {
        let secret = try folder.write("secret", "s")
        #expect(try run("id export - --passphrase-file \(secret)").output == "sealed with s")
        #expect(try run("id export /dev/stdout --force --passphrase-file \(secret)").output.hasPrefix("sealed with s"))
        #expect(try run("id export \(folder.path) --force --passphrase-file \(secret)").status == 74)
        #expect(try run("id export \(folder.path)/none/x --passphrase-file \(secret)").status == 74)
    }

    @Test func aCodeStandsAloneOnItsLine() throws {
        let daemon = try TestDaemon { turn throws(ControlError) in
            turn.request.method == .inviteCreate
                ? ["code": "abc-def", "invite": "1", "expires": "2026-11-23T17:50:00.123Z"]
                : ["peer": "p", "name": .string(turn.request.parameters.text("code"))]
        }
        let create = try Command.run("invite", "create", "--expires", "15m", socket: daemon.path)
        #expect(create.status == 0 && create.output == "abc-def\n" && create.error.isEmpty)
        let accept = try Command.run("invite", "accept", "-", "--json", socket: daemon.path, input: "abc-def\n")
        #expect(accept.json?["name"] == "abc-def\n")
        #expect(try Command.run("invite", "accept", "-", socket: daemon.path).status == 65)
    }

    @Test func namesOfContactsAreTakenOverFromCards() throws {
        let daemon = try TestDaemon { turn throws(ControlError) in
            guard turn.request.parameters.text("peer") == "known" else { throw ControlError(.notFound) }
            return .object(turn.request.parameters.object)
        }
        func card(_ peer: String) -> String { "BEGIN:VCARD\nFN:Bob\nIMPP:parley:\(peer)\nEND:VCARD\n" }
        let some = try Command.run(
            "contact", "import", "-", "--json", socket: daemon.path, input: card("known") + card("x"))
        #expect(some.status == 2 && some.json?["results"]?.array?.map { $0["ok"] } == [true, false])
        #expect(try Command.run("contact", "import", "-", socket: daemon.path, input: card("known")).status == 0)
    }
}
