import Basics
import Glibc
import MediaURIs
import Platform

/// The sources and sinks of a command line, opened: the daemon gets descriptors and URIs that name them by number.
struct MediaOptions {
    /// What `call.start` and `call.answer` take.
    let sources: [String], sinks: [String]
    private let opener: MediaOpener

    /// The descriptors, in the order of their numbers in the URIs.
    var descriptors: [Int32] { opener.numbers }

    /// Whether sound goes to standard output: words must not.
    var takesStandardOutput: Bool { opener.takesStandardOutput }

    /// The call came about: the files that were made for it stay.
    func keepFiles() { opener.created = [] }

    /// What the call may carry: both ways, so that the other side's pictures come even when we send none.
    let kinds: JSONValue

    /// The options of commands that carry media.
    static let options: [OptionSpec] = [
        .value(
            "--source", "URI", .uri,
            "What is sent: file:PATH (WAV, Y4M, IVF, WebM), pipe:FD, test:tone, test:speech or test:bars.",
            repeatable: true),
        .value(
            "--sink", "URI", .uri,
            "Where it goes: file:PATH (.wav, .y4m, .ivf, .webm), dir:FOLDER, pipe:FD or null:. Without it, null:.",
            repeatable: true),
        .flag("--audio-only", "Carry sound only; a source of pictures is refused."),
        .flag("--force", "Replace files that are there."),
    ]

    /// What people read about them.
    static let details =
        "Sources of sound and of pictures can stand side by side: one --source each. What a file or a pipe holds is told by "
        + "its first bytes: WAV, Y4M, IVF (VP8) or WebM (VP8 and Opus); ?loop=1 repeats a file. test:speech is something "
        + "like speech, test:bars are moving colour bars. A sink file is what its name ends in: .wav what is heard, .y4m "
        + "every picture shown, .ivf and .webm what came, as it came; dir:FOLDER has a file of each person and kind. "
        + "pipe:FD takes ?kind=wav, y4m, ivf or webm, and wav without it: pipe:1?kind=y4m gives the pictures to standard "
        + "output, and words then go to standard error."

    /// Opens what the options name, before anybody is called.
    init(_ invocation: Invocation) throws(Failure) {
        let sources = invocation.optionList("--source")
        guard !sources.isEmpty else {
            throw .usage(
                "there is no microphone or camera here: give sources, such as --source test:speech --source test:bars")
        }
        kinds = invocation.flag("--audio-only") ? ["audio"] : ["audio", "video"]
        opener = MediaOpener(isReplacing: invocation.flag("--force"))
        self.sources = try opener.open(sources: sources)
        self.sinks = try opener.open(sinks: invocation.optionList("--sink"))
    }
}

/// Opens URIs one after the other, counts the descriptors and closes them in the end. Files that it made and that got no
/// use go with it.
private final class MediaOpener {
    private let isReplacing: Bool
    private(set) var numbers: [Int32] = []
    private(set) var takesStandardOutput = false
    /// Files that were not there before.
    var created: [String] = []

    init(isReplacing: Bool) { self.isReplacing = isReplacing }

    deinit {
        for number in numbers { _ = Platform.Descriptor(owning: number) }
        for path in created { unsafe unlink(path) }
    }

    func open(sources: [String]) throws(Failure) -> [String] {
        var opened: [String] = []
        for text in sources {
            let uri = try read { () throws(MediaURIError) in try SourceURI(text) }
            switch uri.kind {
            case .file(let path):
                let index = add(try Files.open(path))
                opened.append("file:\(name(of: path))?fd=\(index)\(uri.isLooping ? "&loop=1" : "")")
            case .pipe(let number): opened.append("pipe:?fd=\(add(try duplicate(number, text)))")
            case .tone, .speech, .bars: opened.append(text)
            }
        }
        return opened
    }

    func open(sinks: [String]) throws(Failure) -> [String] {
        var opened: [String] = []
        for text in sinks {
            let uri = try read { () throws(MediaURIError) in try SinkURI(text) }
            switch uri.kind {
            case .file(let path):
                if path == "-" { takesStandardOutput = true }
                let isNew = unsafe access(path, F_OK) != 0
                let index = add(try Files.create(path, replacing: isReplacing))
                if isNew, path != "-" { created.append(path) }
                opened.append("file:\(name(of: path))?fd=\(index)\(kind(of: uri))")
            case .pipe(let number):
                if number == STDOUT_FILENO { takesStandardOutput = true }
                opened.append("pipe:?fd=\(add(try duplicate(number, text)))\(kind(of: uri))")
            case .directory(let path): opened.append("dir:\(name(of: path))?fd=\(add(try Files.openFolder(path)))")
            case .null: opened.append("null:")
            }
        }
        return opened
    }

    private func add(_ descriptor: consuming Platform.Descriptor) -> Int {
        numbers.append(descriptor.release())
        return numbers.count - 1
    }

    private func read<Value>(_ body: () throws(MediaURIError) -> Value) throws(Failure) -> Value {
        do throws(MediaURIError) { return try body() } catch {
            throw .usage("\(error.text): \(error.reason)")
        }
    }

    private func duplicate(_ number: Int32?, _ text: String) throws(Failure) -> Platform.Descriptor {
        guard let number else { throw .usage("\(text): allowed: pipe:FD with the number of an open descriptor") }
        do throws(SystemError) { return try Files.duplicate(number) } catch {
            throw .usage("\(text): \(error)")
        }
    }

    private func kind(of uri: SinkURI) -> String { uri.container.map { "&kind=\($0.rawValue)" } ?? "" }

    /// The last part of a path: all that the daemon needs to know of it.
    private func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }
}
