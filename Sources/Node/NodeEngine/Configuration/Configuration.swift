public import Basics
internal import Crypto
public import Paths

/// What the owner of the daemon decides, in `parley.json5` (CONTRACT §1).
public struct Configuration: Equatable, Sendable {
    /// Who is answered without a person.
    public enum AutoAnswer: String, CaseIterable, Sendable { case never, contacts }

    /// The name that contacts are shown, in place of the identity's own.
    public var name: String?
    /// The UDP port; 0 is chosen once and then kept (`listen.port`).
    public var listenPort: UInt16 = 0
    /// The addresses to listen on; none is all (`listen.addresses`).
    public var listenAddresses: [IPAddress] = []
    /// How long a call rings (`call.ringSeconds`).
    public var ringDuration: Duration = .seconds(45)
    /// Who is answered without a person (`call.autoAnswer`).
    public var autoAnswer = AutoAnswer.never
    /// What such calls are sent: URIs of sources; none is silence.
    public var autoAnswerSources: [String] = []
    /// Where such calls are heard: URIs of sinks.
    public var autoAnswerSinks: [String] = ["null:"]
    /// STUN and TURN servers (`ice.stun`, `ice.turn`); none is asked by default.
    public var iceServers: [ICEServer] = []
    /// Which candidates ICE uses (`ice.policy`).
    public var icePolicy = ICEPolicy.all
    /// Where that is said.
    var icePolicyLine = 1
    /// Settings that were given and mean something only to a later version: the log says so.
    public var withoutEffect: [String] = []

    /// The text that all this was read from, by its SHA-256: changes of it are journalled.
    var digest = SHA256.hash(RawSpan())

    /// The defaults.
    public init() {}

    /// Reads the text of a configuration; an empty text gives the defaults.
    public init(parsing text: RawSpan) throws(ConfigurationFault) {
        self.init()
        digest = SHA256.hash(text)
        guard [UInt8](text).contains(where: { !" \t\r\n".utf8.contains($0) }) else { return }
        let root: JSON5Node
        do throws(JSONError) { root = try JSON5Node(parsing: text) } catch {
            throw ConfigurationFault(line: error.line, what: "\(error.reason)", allowed: "JSON5")
        }
        try Self.read(root, Self.entries, path: "", into: &self)
        try requireRelay()
    }

    /// Without a TURN server the policy `relay` would let nothing out: that is said at once.
    private func requireRelay() throws(ConfigurationFault) {
        guard icePolicy == .relay, iceServers.allSatisfy({ $0.service == .stun }) else { return }
        throw ConfigurationFault(
            line: icePolicyLine, what: "\"relay\" lets packets go to TURN servers alone, and ice.turn names none",
            allowed: "\"all\", or a server in ice.turn")
    }
}

/// Why a configuration was refused, with the line to look at.
public struct ConfigurationFault: Error, Equatable, Sendable {
    /// The line, from 1.
    public let line: Int
    /// What stands there and should not.
    public let what: String
    /// What may stand there.
    public let allowed: String
}

extension ConfigurationFault: CustomStringConvertible {
    /// `LINE: what; allowed: …`, for behind the file's name.
    public var description: String { "\(line): \(what); allowed: \(allowed)" }
}
