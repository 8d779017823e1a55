import Basics
import ControlAPI
import TestSupport
import Testing

@Suite struct OpenRPCTests {
    private let methods = OpenRPC.document["methods"]?.array ?? []

    @Test func theDocumentHasWhatTheSpecificationRequires() {
        #expect(OpenRPC.document["openrpc"] == "1.3.2")
        #expect(OpenRPC.document["info"]?["title"] != nil && OpenRPC.document["info"]?["version"] == "1.0")
        for method in methods {
            #expect(method["name"]?.string != nil && method["params"]?.array != nil)
            for parameter in method["params"]?.array ?? [] {
                #expect(parameter["name"]?.string != nil && parameter["schema"]?.object != nil)
            }
        }
    }

    @Test func methodsHaveResultsAndNotificationsHaveNone() {
        let notifications = methods.filter { $0["result"] == nil }
        #expect(notifications.compactMap { $0["name"]?.string } == ["hello", "event"])
        #expect(notifications.allSatisfy { $0["x-direction"] == "server" })
        #expect(methods.count == MethodName.allCases.count + 2)
    }

    /// OpenRPC 1.3.2, Method Object: optional parameters stand behind the required ones, and no name stands twice.
    @Test func requiredParametersComeFirst() {
        for name in MethodName.allCases {
            let parameters = name.method.parameters
            let required = parameters.prefix { $0.isRequired }.count
            #expect(parameters.dropFirst(required).allSatisfy { !$0.isRequired }, "\(name.rawValue)")
            #expect(Set(parameters.map(\.name)).count == parameters.count, "\(name.rawValue)")
        }
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        let errors = try #require(OpenRPC.document["components"]?["errors"]?.object)
        for method in methods {
            for reference in method["errors"]?.array ?? [] {
                let name = try #require(reference["$ref"]?.string?.split(separator: "/").last)
                #expect(errors[String(name)] != nil)
            }
        }
    }

    @Test func theDocumentFitsOneLine() {
        #expect(OpenRPC.document.encoded().count < RPCLine.longest)
    }

    @Test func eventTypesHaveTheirFields() throws {
        let types = try #require(EventType.description["types"]?.array)
        #expect(types.count == EventType.allCases.count)
        let ended = try #require(types.first { $0["type"] == "call.ended" })
        let required = ended["data"]?["required"]?.array?.compactMap(\.string) ?? []
        #expect(required.contains("outcome") && required.contains("duration_s"))
    }

    /// `PARLEY_WRITE_DOCS=1` writes the file instead.
    @Test func theCommittedPageIsTheGeneratedOne() throws {
        try Project.expectGenerated("Docs/API.md", APIReference.markdown)
    }
}
