import Basics
import ControlAPI
import Glibc
import Platform

/// `parley doctor`: one line for each thing that can be wrong, and what helps.
enum Doctor {
    private enum Verdict: String { case good = "ok", warning = "warn", failure = "fail", unknown }

    private struct Finding {
        let id: String
        let verdict: Verdict
        let detail: String
        var cure: String?

        init(_ id: String, _ verdict: Verdict, _ detail: String, cure: String? = nil) {
            self.id = id
            self.verdict = verdict
            self.detail = detail
            self.cure = verdict == .good ? nil : cure
        }

        var json: JSONValue {
            JSONValue(members: [
                "id": .string(id), "state": .string(verdict.rawValue), "detail": .string(detail),
                "cure": cure.map(JSONValue.string),
            ])
        }
    }

    @Sendable static func run(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let places = try context.places()
        var findings = [folder("runtime", places.runtime), folder("state", places.state), disk(places), clock()]
        do throws(Failure) {
            let client = try Client(to: places.socket)
            let status = try client.call(.daemonStatus)
            findings += [socket(places), daemon(status), version(status), network(status), journal(status)]
            findings += servers(status)
            findings += identity(status, try? client.call(.identityGet))
        } catch {
            findings.append(Finding("daemon", .failure, error.message, cure: error.hint))
        }
        context.show(["checks": .array(findings.map(\.json))]) { _ in
            Table.text(
                ["CHECK", "STATE", "WHAT"],
                findings.map { [$0.id, $0.verdict.rawValue, $0.detail + ($0.cure.map { " — " + $0 } ?? "")] })
        }
        let verdicts = findings.map(\.verdict)
        return verdicts.contains(.failure) ? .negative : verdicts.contains(.warning) ? .degraded : .success
    }

    // MARK: The machine

    private static func folder(_ id: String, _ path: String) -> Finding {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            return Finding(id, .unknown, "\(path) is not there", cure: "The daemon makes it when it starts.")
        }
        let isPrivate = status.st_mode & 0o077 == 0 && status.st_uid == getuid()
        return Finding(
            id, isPrivate ? .good : .warning, isPrivate ? "\(path) is yours alone" : "others may look into \(path)",
            cure: "chmod 700 \(path)")
    }

    private static func socket(_ places: Places) -> Finding {
        var status = stat()
        guard unsafe stat(places.socket, &status) == 0 else { return Finding("socket", .unknown, "no socket in sight") }
        let isPrivate = status.st_mode & 0o077 == 0
        return Finding(
            "socket", isPrivate ? .good : .warning,
            "\(places.socket), mode \(String(status.st_mode & 0o777, radix: 8))",
            cure: "Restart the daemon.")
    }

    private static func disk(_ places: Places) -> Finding {
        var status = statvfs()
        guard unsafe statvfs(places.state, &status) == 0 else {
            return Finding("disk", .unknown, "no state folder yet")
        }
        let mebibytes = (UInt64(status.f_bavail) * UInt64(status.f_frsize)) >> 20
        let verdict: Verdict = mebibytes < 16 ? .failure : mebibytes < 512 ? .warning : .good
        return Finding(
            "disk", verdict, "\(mebibytes) MiB free for the state", cure: "Make room: a full disk stops new calls.")
    }

    private static func clock() -> Finding {
        let clock = WallClock.synchronization
        guard clock.isSynchronized else {
            return Finding(
                "clock", .warning, "nothing keeps the clock right",
                cure: "Install a time service such as systemd-timesyncd.")
        }
        return Finding("clock", .good, "kept right, to \(Table.decimal(clock.maximumError.milliseconds)) ms at most")
    }

    // MARK: The daemon

    private static func daemon(_ status: JSONValue) -> Finding {
        Finding("daemon", .good, "process \(Table.words(status["pid"])), up \(Table.words(status["uptime_s"])) s")
    }

    private static func version(_ status: JSONValue) -> Finding {
        let theirs = Table.words(status["version"])
        return Finding(
            "version", theirs == Version.text ? .good : .warning, "parley \(Version.text), parleyd \(theirs)",
            cure: "Restart the daemon with the version installed.")
    }

    private static func network(_ status: JSONValue) -> Finding {
        let isHidden = status["ice_policy"] == "relay"
        guard status["listen"]?.array?.isEmpty == true else {
            return Finding("listen", .good, Table.words(status["listen"]) + (isHidden ? ", at a relay" : ""))
        }
        return Finding(
            "listen", .failure, isHidden ? "no TURN server has given a relay yet" : "the daemon listens nowhere",
            cure: "Look at \(isHidden ? "ice.turn" : "listen.port and listen.addresses") in the configuration.")
    }

    /// Those of the configuration that are of no use now.
    private static func servers(_ status: JSONValue) -> [Finding] {
        (status["servers"]?.array ?? []).filter { $0["state"] == "faulty" }.map { server in
            Finding(
                "server", .warning, "\(Table.words(server["url"])): \(Table.words(server["fault"]))",
                cure: "Look at ice.stun and ice.turn in the configuration.")
        }
    }

    private static func journal(_ status: JSONValue) -> Finding {
        guard let fault = status["journal"]?["fault"] else {
            return Finding("journal", .good, "\(Table.words(status["journal"]?["size"])) entries")
        }
        return Finding("journal", .failure, Table.words(fault), cure: "parley journal verify tells more.")
    }

    private static func identity(_ status: JSONValue, _ identity: JSONValue?) -> [Finding] {
        guard let identity else {
            return [Finding("identity", .warning, "there is none yet", cure: "parley id create --name NAME")]
        }
        let isProtected = identity["protected"] == true, isLocked = identity["locked"] == true
        return [
            Finding(
                "identity", isLocked ? .warning : .good, isLocked ? "the keys are sealed" : "the keys are at hand",
                cure: "parley id unlock"),
            Finding(
                "passphrase", isProtected ? .good : .warning,
                isProtected ? "the keys on disk are sealed" : "the keys on disk are not sealed",
                cure: "Export the identity, and import it with a passphrase."),
        ]
    }
}
