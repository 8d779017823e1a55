import Basics
import Testing

@testable import NodeEngine

/// The configuration file: every key, and what is said of a wrong one.
@Suite struct ConfigurationTests {
    private func read(_ text: String) throws(ConfigurationFault) -> Configuration {
        try Configuration(parsing: Array(text.utf8).rawSpan)
    }

    @Test func everyKeyIsUnderstood() throws {
        let configuration = try read(
            """
            // JSON5
            {
              name: "Ada", listen: {port: 4444, addresses: ["192.0.2.1", "::"]},
              ice: {
                stun: ["stun.example.org:3478", "[2001:db8::1]:3478"], policy: "all", tlsAuthority: "/etc/ca.pem",
                turn: [
                  {url: "turn:turn.example.org", username: "u", credential: "c"},
                  {url: "turn:[2001:db8::2]:443?transport=tcp", username: "u", credential: "c"},
                ],
              },
              upnp: false, lan: {enabled: false}, dht: {enabled: false, bootstrap: ["dht.example.org:4222"], port: 0},
              relay: {offer: true, maxKbps: 500},
              call: {
                strangers: "never", ringSeconds: 20, autoAnswer: "contacts",
                autoAnswerSources: ["test:speech", "file:/hello.wav"], autoAnswerSinks: ["dir:/heard", "null:"],
              },
              policy: {profile: "default"}, web: {enabled: false},
            }
            """)
        #expect(configuration.name == "Ada" && configuration.listenPort == 4444)
        #expect(configuration.listenAddresses.count == 2 && configuration.ringDuration == .seconds(20))
        #expect(configuration.autoAnswer == .contacts && configuration.autoAnswerSources.count == 2)
        #expect(configuration.autoAnswerSinks == ["dir:/heard", "null:"])
        let later = ["upnp", "lan.enabled", "dht.port", "relay.offer", "ice.tlsAuthority", "web.enabled"]
        for key in later { #expect(configuration.withoutEffect.contains(key)) }
        #expect(!configuration.withoutEffect.contains("listen.port"))
        let servers = configuration.iceServers.map { "\($0)" }
        #expect(
            servers == [
                "stun:stun.example.org:3478", "stun:[2001:db8::1]:3478", "turn:turn.example.org:3478?transport=udp",
                "turn:[2001:db8::2]:443?transport=tcp",
            ])
    }

    @Test(arguments: [
        ("{ nme: 1 }", 1, "unknown key \"nme\"", "name, listen"),
        ("{\n  listen: {\n    port: \"x\" } }", 3, "\"listen.port\" cannot be \"x\"", "0 to 65535"),
        ("{ listen: { port: 65536 } }", 1, "cannot be 65536", "0 to 65535"),
        ("{ call: { ringSeconds: 1.5 } }", 1, "cannot be 1.5", "whole number"),
        ("{ call: 5 }", 1, "\"call\" is not an object", "ringSeconds"),
        ("{ call: { autoAnswer: \"verified\" } }", 1, "verified", "\"never\" or \"contacts\""),
        ("{ call: { autoAnswerSources: [\"bogus:\"] } }", 1, "autoAnswerSources", "test:speech"),
        ("{ call: { autoAnswerSinks: [\"pipe:1\"] } }", 1, "autoAnswerSinks", "null:"),
        ("{ policy: { profile: \"hipaa\" } }", 1, "policy profile", "\"default\""),
        ("{ ice: {\n policy: \"relay\" } }", 2, "ice.turn names none", "\"all\""),
        ("{ ice: { policy: \"relay\", stun: [\"a:1\"] } }", 1, "ice.turn names none", "ice.turn"),
        ("{ ice: { policy: \"relays\" } }", 1, "ice.policy", "\"relay\""),
        ("{ ice: { stun: [\"nowhere\"] } }", 1, "ice.stun", "host:port"),
        ("{ ice: { stun: [\"a host:1\"] } }", 1, "ice.stun", "host:port"),
        (
            "{ ice: { turn: [{url: \"turns:a:443\", username: \"u\", credential: \"c\"}] } }", 1, "TLS",
            "transport=udp or tcp"
        ),
        (
            "{ ice: { turn: [{url: \"turn:a?transport=sctp\", username: \"u\", credential: \"c\"}] } }", 1, "ice.turn",
            "udp"
        ),
        ("{ ice: { turn: [{url: \"turn:a\", username: \"u\"}] } }", 1, "ice.turn", "credential"),
        ("{ dht: { bootstrap: [\":4222\"] } }", 1, "dht.bootstrap", "host:port"),
        ("{ name: \"a\",\n name: \"b\" }", 2, "twice", "JSON5"), ("[]", 1, "not an object", "name, listen"),
        ("{ name: ", 1, "end", "JSON5"),
    ])
    func aWrongOneIsNamedWithItsLine(text: String, line: Int, what: String, allowed: String) {
        #expect {
            try read(text)
        } throws: { error in
            guard let fault = error as? ConfigurationFault else { return false }
            return fault.line == line && fault.what.contains(what) && fault.allowed.contains(allowed)
        }
    }
}
