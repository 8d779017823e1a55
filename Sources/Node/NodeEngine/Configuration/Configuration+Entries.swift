internal import Basics

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
            (
                "stun",
                .later { node, _ throws(Refusal) in try hosts(node) }
            ),
            ("turn", .later { node, _ throws(Refusal) in try turn(node) }),
            ("policy", .value { node, _ throws(Refusal) in try icePolicy(node) }),
            ("tlsAuthority", .later { node, _ throws(Refusal) in _ = try text(node, longest: 4096) }),
        ]
    }

    private static var dht: [(key: String, entry: Entry)] {
        [
            ("enabled", .later { node, _ throws(Refusal) in try flag(node) }),
            (
                "bootstrap",
                .later { node, _ throws(Refusal) in try hosts(node) }
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
                    settings.autoAnswerSources = try uris(node, ["file:", "test:tone", "test:speech"])
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

    private static func icePolicy(_ node: JSON5Node) throws(Refusal) {
        guard node.json.string != "relay" else {
            throw Refusal(
                what:
                    "\"relay\" would hide our addresses, and this version has no relays: it refuses to show them instead",
                allowed: "\"all\"")
        }
        guard node.json.string == "all" else { throw Refusal(allowed: "\"all\"") }
    }

    private static func turn(_ node: JSON5Node) throws(Refusal) {
        let allowed = "a list of {url: \"turn:host:port?transport=udp\", username, credential}"
        _ = try list(node, allowed) { server -> String? in
            guard let members = server.members,
                members.allSatisfy({
                    ["url", "username", "credential"].contains($0.name) && $0.value.json.string != nil
                }),
                let url = server["url"]?.json.string, url.hasPrefix("turn:") || url.hasPrefix("turns:")
            else { return nil }
            return url
        }
    }

    private static func hosts(_ node: JSON5Node) throws(Refusal) {
        _ = try list(node, "a list of \"host:port\"") { item -> String? in
            guard let text = item.json.string, let colon = text.lastIndex(of: ":"), colon != text.startIndex,
                let port = UInt16(text[text.index(after: colon)...]), port > 0
            else { return nil }
            return text
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
