import Basics
import ControlAPI
import Foundation
import TestSupport
import Testing

/// The examples of the JSON-RPC 2.0 specification, §7. Where the control protocol is narrower than the specification,
/// the case is not for us, and its refusal is checked instead.
@Suite(.enabled(if: Vectors.folder("jsonrpc") != nil, "PARLEY_VECTORS is not set"))
struct JSONRPCVectorTests {
    @Test func theExamplesOfTheSpecification() throws {
        var tally = VectorTally()
        let folder = try #require(Vectors.folder("jsonrpc"))
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasSuffix(".json") {
            let text = try Data(contentsOf: folder.appendingPathComponent(file))
            for example in try #require(JSONValue(parsing: [UInt8](text).rawSpan).array) {
                try run(example, &tally)
            }
        }
        tally.report("jsonrpc")
        #expect(tally.passed > 0 && tally.failures.isEmpty, "\(tally.failures)")
    }

    private func run(_ example: JSONValue, _ tally: inout VectorTally) throws {
        let request = try #require(example["request"]?.string), expected = example["response"] ?? .null
        let answer = try SpecificationMethod.serve(request)
        let name = "\(example["name"]?.string ?? ""): \(request) gave \(answer?.text() ?? "nothing")"
        let parsed = try? JSONValue(parsing: request)
        if let batch = parsed?.array {
            #expect(answer?["error"]?["code"] == -32600 && answer?["id"] == .null)
            if expected.object != nil {  // an empty batch is one error in the specification too
                tally.record(name, isSame(answer, expected))
            } else {
                tally.skip(batch.isEmpty ? "empty" : "batches are refused")
            }
        } else if parsed?["params"]?.array != nil, expected != .null, expected["error"] == nil {
            #expect(answer?["error"]?["code"] == -32602 && answer?["id"] == parsed?["id"])
            tally.skip("parameters go by name")
        } else {
            tally.record(name, expected == .null ? answer == nil : isSame(answer, expected))
        }
    }

    /// Equal, but for what we add under `data`.
    private func isSame(_ answer: JSONValue?, _ expected: JSONValue) -> Bool {
        answer?["jsonrpc"] == "2.0" && answer?["id"] == expected["id"] && answer?["result"] == expected["result"]
            && answer?["error"]?["code"] == expected["error"]?["code"]
            && answer?["error"]?["message"] == expected["error"]?["message"]
    }
}
