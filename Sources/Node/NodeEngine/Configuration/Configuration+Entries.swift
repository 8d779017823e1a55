internal import Basics
internal import Paths

extension Configuration {
    /// What may stand under one key.
    indirect enum Entry {
        /// Keys below it.
        case section([(key: String, entry: Entry)])
        /// A value: read by this.
        case value((JSON5Node, inout Configuration) throws(Refusal) -> Void)
        /// A value that is checked, and means something only to a later version.
        case later((JSON5Node, inout Configuration) throws(Refusal) -> Void)
    }

    /// Why a value was refused.
    struct Refusal: Error {
        var what: String?
        let allowed: String
    }

    /// Every key of CONTRACT §1.
    static var entries: [(key: String, entry: Entry)] {
        [
            ("name", .value { node, settings throws(Refusal) in settings.name = try text(node, longest: 64) }),
            ("listen", .section(listen)), ("ice", .section(ice)),
            ("upnp", .later { node, _ throws(Refusal) in try flag(node) }),
            ("lan", .section([("enabled", .later { node, _ throws(Refusal) in try flag(node) })])),
            ("dht", .section(dht)), ("relay", .section(relay)), ("call", .section(call)),
            ("policy", .section([("profile", .value { node, _ throws(Refusal) in try profile(node) })])),
            ("web", .section([("enabled", .later { node, _ throws(Refusal) in try flag(node) })])),
        ]
    }

    private static var listen: [(key: String, entry: Entry)] {
        [
            (
                "port",
                .value { node, settings throws(Refusal) in
                    settings.listenPort = UInt16(try number(node, 0...65_535))
                }
            ),
            (
                "addresses",
                .value { node, settings throws(Refusal) in
                    let allowed = "a list of literal IP addresses such as [\"192.0.2.1\", \"::\"]"
                    settings.listenAddresses = try list(node, allowed) { $0.json.string.flatMap { IPAddress($0) } }
                }
            ),
        ]
    }

    private static var ice: [(key: String, entry: Entry)] {
        [
            ("stun", .value { node, settings throws(Refusal) in settings.iceServers += try stun(node) }),
            ("turn", .value { node, settings throws(Refusal) in settings.iceServers += try turn(node) }),
            (
                "policy",
                .value { node, settings throws(Refusal) in
                    settings.icePolicy = try icePolicy(node)
                    settings.icePolicyLine = node.line
                }
            ),
            ("tlsAuthority", .later { node, _ throws(Refusal) in _ = try text(node, longest: 4096) }),
        ]
    }

    private static var dht: [(key: String, entry: Entry)] {
        [
            ("enabled", .later { node, _ throws(Refusal) in try flag(node) }),
            (
                "bootstrap",
                .later { node, _ throws(Refusal) in _ = try hosts(node) }
            ),
            ("port", .later { node, _ throws(Refusal) in _ = try number(node, 0...65_535) }),
        ]
    }

    private static var relay: [(key: String, entry: Entry)] {
        [
            ("offer", .later { node, _ throws(Refusal) in try flag(node) }),
            ("maxKbps", .later { node, _ throws(Refusal) in _ = try number(node, 1...1_000_000) }),
        ]
    }

    private static var call: [(key: String, entry: Entry)] {
        [
            (
                "strangers",
                .value { node, _ throws(Refusal) in
                    guard node.json.string == "never" else { throw Refusal(allowed: "\"never\"") }
                }
            ),
            (
                "ringSeconds",
                .value { node, settings throws(Refusal) in
                    settings.ringDuration = .seconds(try number(node, 1...600))
                }
            ),
            ("autoAnswer", .value { node, settings throws(Refusal) in settings.autoAnswer = try autoAnswer(node) }),
            (
                "autoAnswerSources",
                .value { node, settings throws(Refusal) in
                    settings.autoAnswerSources = try uris(node, ["file:", "test:tone", "test:speech", "test:bars"])
                }
            ),
            (
                "autoAnswerSinks",
                .value { node, settings throws(Refusal) in
                    settings.autoAnswerSinks = try uris(node, ["file:", "dir:", "null:"])
                }
            ),
        ]
    }

    // MARK: Values

    private static func autoAnswer(_ node: JSON5Node) throws(Refusal) -> AutoAnswer {
        let allowed = "\"never\" or \"contacts\""
        guard let word = node.json.string else { throw Refusal(allowed: allowed) }
        guard word != "verified" else {
            throw Refusal(
                what: "\"verified\" needs callers whose identity was verified, which this version cannot do yet",
                allowed: allowed)
        }
        guard let choice = AutoAnswer(rawValue: word) else { throw Refusal(allowed: allowed) }
        return choice
    }

    private static func profile(_ node: JSON5Node) throws(Refusal) {
        guard node.json.string == "default" else {
            throw Refusal(what: "no policy profile but \"default\" can be kept by this version", allowed: "\"default\"")
        }
    }

    private static func icePolicy(_ node: JSON5Node) throws(Refusal) -> ICEPolicy {
        guard let policy = node.json.string.flatMap(ICEPolicy.init) else {
            throw Refusal(allowed: "\"all\" or \"relay\"")
        }
        return policy
    }

    private static func stun(_ node: JSON5Node) throws(Refusal) -> [ICEServer] {
        try hosts(node).map { ICEServer(host: $0.host, port: $0.port, service: .stun) }
    }

    private static func turn(_ node: JSON5Node) throws(Refusal) -> [ICEServer] {
        let allowed = "a list of {url: \"turn:host:port?transport=udp\" or tcp, username, credential}"
        guard !turnURLs(of: node).contains(where: { $0.hasPrefix("turns:") }) else {
            throw Refusal(
                what: "this version reaches no TURN server by TLS, and will not use another way instead",
                allowed: "turn: with transport=udp or tcp")
        }
        return try list(node, allowed) { server in
            guard let members = server.members,
                members.allSatisfy({ ["url", "username", "credential"].contains($0.name) }),
                let url = server["url"]?.json.string, let place = turnPlace(url),
                let username = server["username"]?.json.string, let credential = server["credential"]?.json.string,
                (1...512).contains(username.utf8.count), (1...512).contains(credential.utf8.count)
            else { return nil }
            return ICEServer(
                host: place.host, port: place.port,
                service: .turn(place.transport, username: username, credential: Redacted(credential)))
        }
    }

    private static func turnURLs(of node: JSON5Node) -> [String] {
        guard case .array(let items) = node.content else { return [] }
        return items.compactMap { $0["url"]?.json.string }
    }

    /// `turn:host:port?transport=udp` (RFC 7065), the port 3478 and UDP if they are not named.
    private static func turnPlace(
        _ url: String
    ) -> (host: String, port: UInt16, transport: ICECandidate.RelayTransport)? {
        guard url.hasPrefix("turn:") else { return nil }
        let parts = url.dropFirst("turn:".count).split(separator: "?", omittingEmptySubsequences: false)
        let transport: ICECandidate.RelayTransport
        switch parts.count == 2 ? parts[1] : "transport=udp" {
        case "transport=udp": transport = .udp
        case "transport=tcp": transport = .tcp
        default: return nil
        }
        guard parts.count <= 2, let place = place(String(parts[0]), defaultPort: 3478) else { return nil }
        return (place.host, place.port, transport)
    }

    private static func hosts(_ node: JSON5Node) throws(Refusal) -> [(host: String, port: UInt16)] {
        try list(node, "a list of \"host:port\"") { $0.json.string.flatMap { place($0, defaultPort: nil) } }
    }

    /// `host:port`, `[2001:db8::1]:port`; without the port where there is a default.
    private static func place(_ text: String, defaultPort: UInt16?) -> (host: String, port: UInt16)? {
        if let address = SocketAddress(text) { return address.port > 0 ? ("\(address.ip)", address.port) : nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, isHostName(parts[0]) else {
            let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
            return defaultPort.flatMap { port in IPAddress(bare).map { ("\($0)", port) } }
        }
        guard parts.count == 2 else { return defaultPort.map { (String(parts[0]), $0) } }
        guard let port = UInt16(parts[1]), port > 0 else { return nil }
        return (String(parts[0]), port)
    }

    /// A DNS name or IPv4 address, as far as its characters go (RFC 1123 §2.1).
    private static func isHostName(_ text: Substring) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
            }
    }

    /// URIs that can stand in a file: there is no command whose pipes they could name.
    private static func uris(_ node: JSON5Node, _ schemes: [String]) throws(Refusal) -> [String] {
        try list(node, "a list of URIs that begin with \(schemes.joined(separator: ", "))") { item in
            item.json.string.flatMap { text in schemes.contains { text.hasPrefix($0) } ? text : nil }
        }
    }

    private static func text(_ node: JSON5Node, longest: Int) throws(Refusal) -> String {
        guard let text = node.json.string, !text.isEmpty, text.utf8.count <= longest else {
            throw Refusal(allowed: "a text of 1 to \(longest) bytes")
        }
        return text
    }

    private static func flag(_ node: JSON5Node) throws(Refusal) {
        guard node.json.bool != nil else { throw Refusal(allowed: "true or false") }
    }

    private static func number(_ node: JSON5Node, _ range: ClosedRange<Int>) throws(Refusal) -> Int {
        guard let number = node.json.int, range.contains(number) else {
            throw Refusal(allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func list<Element>(
        _ node: JSON5Node, _ allowed: String, _ read: (JSON5Node) -> Element?
    ) throws(Refusal) -> [Element] {
        guard case .array(let items) = node.content, items.count <= 64 else { throw Refusal(allowed: allowed) }
        var elements: [Element] = []
        for item in items {
            guard let element = read(item) else { throw Refusal(allowed: allowed) }
            elements.append(element)
        }
        return elements
    }

    // MARK: The walk

    static func read(
        _ node: JSON5Node, _ entries: [(key: String, entry: Entry)], path: String, into settings: inout Configuration
    ) throws(ConfigurationFault) {
        let allowed = entries.map(\.key).joined(separator: ", ")
        guard let members = node.members else {
            let what = path.isEmpty ? "the configuration is not an object" : "\"\(path)\" is not an object"
            throw ConfigurationFault(line: node.line, what: what, allowed: "{ \(allowed) }")
        }
        for member in members {
            let name = path.isEmpty ? member.name : "\(path).\(member.name)"
            guard let entry = entries.first(where: { $0.key == member.name })?.entry else {
                throw ConfigurationFault(line: member.line, what: "unknown key \"\(name)\"", allowed: allowed)
            }
            try read(member, entry, name, into: &settings)
        }
    }

    private static func read(
        _ member: JSON5Node.Member, _ entry: Entry, _ name: String, into settings: inout Configuration
    ) throws(ConfigurationFault) {
        if case .section(let entries) = entry {
            return try read(member.value, entries, path: name, into: &settings)
        }
        do throws(Refusal) {
            switch entry {
            case .section: break
            case .value(let read): try read(member.value, &settings)
            case .later(let read):
                try read(member.value, &settings)
                settings.withoutEffect.append(name)
            }
        } catch {
            let shown = member.value.json.text().prefix(60)
            throw ConfigurationFault(
                line: member.value.line, what: error.what ?? "\"\(name)\" cannot be \(shown)", allowed: error.allowed)
        }
    }
}
