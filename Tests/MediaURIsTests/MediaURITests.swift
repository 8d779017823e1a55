import MediaURIs
import Testing

@Suite struct MediaURITests {
    static func reason<Value>(_ parse: () throws(MediaURIError) -> Value) -> String? {
        do throws(MediaURIError) {
            _ = try parse()
            return nil
        } catch { return error.reason }
    }

    @Test func sourcesOfTheContractAreRead() throws {
        let file = try SourceURI("file:some dir/take.wav?loop=1&fd=2")
        #expect(file.kind == .file(path: "some dir/take.wav") && file.isLooping && file.descriptorIndex == 2)
        #expect(try SourceURI("pipe:0").kind == .pipe(descriptor: 0))
        #expect(try SourceURI("pipe:?fd=1").kind == .pipe(descriptor: nil))
        #expect(try SourceURI("test:tone").kind == .tone)
        #expect(try SourceURI("test:speech").kind == .speech)
        #expect(try SourceURI("test:bars").kind == .bars && !SourceURI("test:bars").needsDescriptor)
        #expect(try SourceURI("test:tone").needsDescriptor == false)
        #expect(try SourceURI("file:a.wav").needsDescriptor)
    }

    @Test func sinksOfTheContractAreRead() throws {
        #expect(try SinkURI("file:heard.wav?fd=0").kind == .file(path: "heard.wav"))
        #expect(try SinkURI("pipe:1?kind=wav").kind == .pipe(descriptor: 1))
        #expect(try SinkURI("dir:people?fd=3").kind == .directory(path: "people"))
        #expect(try SinkURI("null:").kind == .null)
        #expect(try SinkURI("null:").needsDescriptor == false)
    }

    @Test func containersAreToldByTheNameOrSaid() throws {
        for (text, container) in [
            ("file:a", MediaKind.wav), ("file:a.b/c", .wav), ("file:.webm", .wav), ("file:a.ogg", .wav),
            ("file:a.wav", .wav),
            ("file:a.webm", .webm), ("file:A.Y4M", .y4m), ("file:a.ivf?fd=1", .ivf), ("file:a.wav?kind=webm", .webm),
            ("pipe:1", .wav), ("pipe:1?kind=y4m", .y4m), ("pipe:?fd=2&kind=webm", .webm),
        ] { #expect(try SinkURI(text).container == container, "\(text)") }
        #expect(try SinkURI("dir:a.webm").container == nil && SinkURI("null:").container == nil)
    }

    @Test func questionMarkMayBelongToTheName() throws {
        #expect(try SourceURI("file:what?.wav").kind == .file(path: "what?.wav"))
        #expect(try SourceURI("file:what?.wav?loop=1").kind == .file(path: "what?.wav"))
        #expect(try SourceURI("file:a=b?C=d").kind == .file(path: "a=b?C=d"))
    }

    @Test(arguments: [
        "take.wav", "", ":", "file:", "file:a\0b", "file:a?loop=2", "file:a?loop=1&loop=1", "file:a?speed=2",
        "pipe:", "pipe:x", "pipe:-1", "pipe:01", "pipe:1?loop=1", "pipe:99999999999", "test:bar", "test:bars?loop=1",
        "test:noise",
        "test:tone?loop=1", "device:default", "http://a", "dir:x", "null:", "file:a?fd=-1", "file:a?fd=00",
        "file:a?fd=256",
    ])
    func oddSourcesAreRefusedWithTheReason(text: String) {
        let reason = Self.reason { () throws(MediaURIError) in try SourceURI(text) }
        #expect(reason?.isEmpty == false)
    }

    @Test(arguments: [
        "heard.wav", "file:", "file:a.wav?kind=mp4", "file:a.wav?kind=", "pipe:1?kind=WAV", "pipe:1?kind=ogg",
        "dir:", "dir:x?kind=wav", "null:x", "null:?fd=1", "device:default", "test:tone", "pipe:1?loop=1",
    ])
    func oddSinksAreRefusedWithTheReason(text: String) {
        let reason = Self.reason { () throws(MediaURIError) in try SinkURI(text) }
        #expect(reason?.isEmpty == false)
    }

    @Test func refusalNamesWhatIsAllowed() {
        let signal = Self.reason { () throws(MediaURIError) in try SourceURI("test:noise") }
        #expect(signal == "no test signal of this name; allowed: test:tone, test:speech, test:bars")
        let kind = Self.reason { () throws(MediaURIError) in try SinkURI("pipe:1?kind=ogg") }
        #expect(kind == "kind=ogg; allowed: wav, y4m, ivf, webm")
        let device = Self.reason { () throws(MediaURIError) in try SinkURI("device:x") }
        #expect(device == "this version has no devices; allowed: file:PATH, pipe:FD, dir:PATH, null:")
        let parameter = Self.reason { () throws(MediaURIError) in try SourceURI("test:tone?loop=1") }
        #expect(parameter == "no parameter loop here; allowed: none")
    }
}
