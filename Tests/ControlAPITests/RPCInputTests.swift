import Basics
import ControlAPI
import TestSupport
import Testing

@Suite struct RPCInputTests {
    private func read(_ line: String, descriptors: Int = 0) -> ControlInput {
        let bytes = Array(line.utf8)
        return ControlInput(reading: bytes.rawSpan, from: ClientNumber(number: 7), descriptorCount: descriptors)
    }

    private func refusal(_ line: String, descriptors: Int = 0) throws -> JSONValue? {
        guard case .refusal(let bytes) = read(line, descriptors: descriptors) else { return nil }
        return try JSONValue(parsing: bytes)
    }

    private func code(_ line: String, descriptors: Int = 0) throws -> Int? {
        try refusal(line, descriptors: descriptors)?["error"]?["code"]?.int
    }

    private func ping(_ parameters: String) -> String {
        #"{"jsonrpc":"2.0","id":1,"method":"net.ping","params":{"peer":"bob""# + parameters + "}}"
    }

    @Test(arguments: ["", " ", "\r", "\t \r"])
    func emptyLinesAreIgnored(line: String) {
        guard case .nothing = read(line) else { return #expect(Bool(false)) }
    }

    @Test func aRequestIsReadWithItsParameters() throws {
        guard case .request(let request) = read(ping(#","count":3,"timeout_ms":250"#)) else {
            return #expect(Bool(false))
        }
        #expect(request.client.number == 7 && request.id == .number(JSONNumber(1)) && request.method == .netPing)
        #expect(request.parameters.text("peer") == "bob" && request.parameters.int("count") == 3)
        #expect(request.parameters.millisecondsIfPresent("timeout_ms") == .milliseconds(250))
        #expect(request.parameters.intIfPresent("interval_ms") == nil)
    }

    @Test(arguments: [#""a""#, "null", "0", "-1", "1.50", "1e3", "123456789012345678901234567890"])
    func theIdIsGivenBackAsItWas(id: String) throws {
        guard case .request(let request) = read(#"{"jsonrpc":"2.0","method":"daemon.status","id":"# + id + "}"),
            let answer = request.answer([:])
        else { return #expect(Bool(false)) }
        #expect(String(decoding: answer, as: UTF8.self) == "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{}}\n")
    }

    @Test(arguments: [
        "{", "{]", "nonsense", "\u{0}", "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1}", "{\"a\":\"\\ud800\"}", "1e999",
        String(repeating: "[", count: 100_000),
    ])
    func badJSONIsAParseErrorWithoutId(line: String) throws {
        let answer = try refusal(line)
        #expect(answer?["error"]?["code"] == -32700 && answer?["id"] == .null)
    }

    @Test func bytesThatAreNoUTF8AreAParseError() throws {
        let bytes: [UInt8] = [0x22, 0xFF, 0xFE, 0x22]
        guard case .refusal(let line) = ControlInput(reading: bytes.rawSpan, from: ClientNumber(number: 1)) else {
            return #expect(Bool(false))
        }
        #expect(try JSONValue(parsing: line)["error"]?["code"] == -32700)
    }

    @Test(arguments: [
        "[]", "[1]", #"[{"jsonrpc":"2.0","method":"daemon.status","id":1}]"#, "1", "null", "\"a\"", "{}",
        #"{"jsonrpc":"1.0","method":"daemon.status"}"#, #"{"method":"daemon.status"}"#,
        #"{"jsonrpc":2.0,"method":"daemon.status"}"#, #"{"jsonrpc":"2.0"}"#, #"{"jsonrpc":"2.0","method":null}"#,
        #"{"jsonrpc":"2.0","method":"daemon.status","id":{}}"#,
        #"{"jsonrpc":"2.0","method":"daemon.status","id":true}"#,
        #"{"jsonrpc":"2.0","method":"daemon.status","params":1}"#,
    ])
    func whatIsNoRequestIsOneErrorWithoutId(line: String) throws {
        let answer = try refusal(line)
        #expect(answer?["error"]?["code"] == -32600 && answer?["id"] == .null && answer?.object?.names.count == 3)
    }

    @Test func aBrokenRequestIsAnsweredUnderItsId() throws {
        let answer = try refusal(#"{"jsonrpc":"2.0","id":"x","method":7}"#)
        #expect(answer?["error"]?["code"] == -32600 && answer?["id"] == "x")
    }

    @Test func positionalParametersAreRefusedOfAKnownMethodOnly() throws {
        #expect(try code(#"{"jsonrpc":"2.0","id":1,"method":"daemon.status","params":[]}"#) == -32602)
        #expect(try code(#"{"jsonrpc":"2.0","id":1,"method":"daemon.nothing","params":[]}"#) == -32601)
        #expect(try code(#"{"jsonrpc":"2.0","id":1,"method":"Daemon.Status"}"#) == -32601)
    }

    @Test(arguments: [
        #","extra":1"#, #","count":null"#, #","count":1.5"#, #","count":1180591620717411303424"#,
        #","count":-1180591620717411303424"#, #","count":"1""#, #","count":true"#, #","count":0"#, #","count":101"#,
        #","count":1e400"#.replacing("400", with: "30"), #","count":[1]"#, #","count":{}"#,
    ])
    func wrongParametersAreRefusedByName(parameters: String) throws {
        let error = try refusal(ping(parameters))?["error"]
        #expect(error?["code"] == -32602 && error?["data"]?["kind"] == "invalid_params")
        #expect(error?["data"]?["subject"]?.string.map { ["count", "extra"].contains($0) } == true)
        #expect(error?["data"]?["exit"] == 64 && error?["data"]?["detail"]?.string?.contains("allowed:") == true)
    }

    @Test(arguments: ["3.0", "3", "0.3e1", "30e-1"])
    func everyWayToWriteAWholeNumberIsOne(number: String) {
        guard case .request(let request) = read(ping(",\"count\":\(number)")) else { return #expect(Bool(false)) }
        #expect(request.parameters.int("count") == 3)
    }

    @Test func textsHaveALength() throws {
        func start(_ to: String) -> String {
            #"{"jsonrpc":"2.0","id":1,"method":"call.start","params":{"to":""# + to + "\"}}"
        }
        #expect(try code(start("")) == -32602 && code(start(String(repeating: "a", count: 129))) == -32602)
        #expect(try code(start(String(repeating: "a", count: 128))) == nil)
    }

    @Test func listsAreCheckedElementByElement() throws {
        func start(_ members: String) -> String {
            #"{"jsonrpc":"2.0","id":1,"method":"call.start","params":{"to":"bob",\#(members)}}"#
        }
        #expect(try refusal(start(#""media":["audio","smell"]"#))?["error"]?["data"]?["subject"] == "media[1]")
        #expect(try code(start(#""sources":"test:tone""#)) == -32602)
        #expect(try code(start(#""sources":["a","a","a","a","a","a","a","a","a"]"#)) == -32602)
        guard case .request(let request) = read(start(#""sources":["test:tone"],"media":[]"#)) else {
            return #expect(Bool(false))
        }
        #expect(request.parameters.texts("sources") == ["test:tone"] && request.parameters.texts("sinks") == [])
        #expect(request.parameters.textsIfPresent("media") == [])
    }

    @Test func descriptorsMustHaveCome() throws {
        let line = #"{"jsonrpc":"2.0","id":1,"method":"identity.unlock","params":{"passphraseFd":1}}"#
        #expect(try code(line) == -32602 && code(line, descriptors: 1) == -32602)
        #expect(try code(line.replacing(":1}", with: ":-1}"), descriptors: 2) == -32602)
        guard case .request(let request) = read(line, descriptors: 2) else { return #expect(Bool(false)) }
        #expect(request.parameters.intIfPresent("passphraseFd") == 1 && request.parameters.descriptorCount == 2)
    }

    @Test func aNotificationGetsNoAnswerOfAnyKind() {
        guard case .request(let request) = read(#"{"jsonrpc":"2.0","method":"call.end"}"#) else {
            return #expect(Bool(false))
        }
        #expect(request.answer(.null) == nil && request.answer(ControlError(.notFound)) == nil)
        for line in [#"{"jsonrpc":"2.0","method":"nothing"}"#, #"{"jsonrpc":"2.0","method":"call.end","params":[1]}"#] {
            guard case .nothing = read(line) else { return #expect(Bool(false)) }
        }
    }

    @Test("changed bytes are answered or carried out, never a trap", arguments: 0..<16 as Range<UInt64>)
    func mutations(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<200 {
            var bytes = Array(ping(#","count":3,"timeout_ms":250"#).utf8)
            for _ in 0..<2 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if case .refusal(let line) = ControlInput(reading: bytes.rawSpan, from: ClientNumber(number: 1)) {
                #expect((try? JSONValue(parsing: line)["error"]?["code"]?.int) != nil)
            }
        }
    }
}
