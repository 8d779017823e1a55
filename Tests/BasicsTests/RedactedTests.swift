import Basics
import Testing

@Suite struct RedactedTests {
    @Test func noWayOfPrintingShowsTheValue() {
        let name = Redacted("Alice Example"), holder = [name]
        var dumped = ""
        dump(holder, to: &dumped)
        for text in ["\(name)", String(describing: holder), String(reflecting: holder), dumped] {
            #expect(!text.contains("Alice") && text.contains("redacted") || text == dumped && !text.contains("Alice"))
        }
        #expect(name.value == "Alice Example" && name == Redacted("Alice Example"))
    }
}
