/// Where sound and pictures come from, as users write it: `file:take.wav?loop=1`, `pipe:0`, `test:speech`, `test:bars`.
public struct SourceURI: Equatable, Sendable {
    /// The kinds of source.
    public enum Kind: Equatable, Sendable {
        /// A file, played at its pace.
        case file(path: String)
        /// A stream of bytes; nil when the descriptor came with the request.
        case pipe(descriptor: Int32?)
        /// A steady tone.
        case tone
        /// Something like speech, made by arithmetic.
        case speech
        /// Moving colour bars with a stamp on each frame.
        case bars
    }

    /// The text as it was given.
    public let text: String
    /// What kind of source it is.
    public let kind: Kind
    /// Whether it begins again at its end.
    public let isLooping: Bool
    /// Which of the descriptors that came with the request is meant (`fd=K`); nil when none is named.
    public let descriptorIndex: Int?

    /// Reads `text`; throws with what is allowed.
    public init(_ text: String) throws(MediaURIError) {
        let uri = try MediaURI(text)
        self.text = text
        kind = try Self.kind(of: uri)
        isLooping = try Self.isLooping(uri)
        descriptorIndex = try uri.descriptorIndex()
    }

    /// Whether a descriptor must be given to open it.
    public var needsDescriptor: Bool {
        switch kind {
        case .file, .pipe: true
        case .tone, .speech, .bars: false
        }
    }

    private static func kind(of uri: MediaURI) throws(MediaURIError) -> Kind {
        switch uri.scheme {
        case "file":
            try uri.allow(["loop", "fd"])
            return .file(path: try uri.path())
        case "pipe":
            try uri.allow(["fd"])
            return .pipe(descriptor: try uri.pipeDescriptor())
        case "test":
            try uri.allow([])
            return try test(uri)
        case "device":
            throw uri.refusal(
                "this version has no devices; allowed: file:PATH, pipe:FD, test:tone, test:speech, test:bars")
        default:
            throw uri.refusal(
                "no source of this scheme; allowed: file:PATH, pipe:FD, test:tone, test:speech, test:bars")
        }
    }

    private static func test(_ uri: MediaURI) throws(MediaURIError) -> Kind {
        switch uri.place {
        case "tone": .tone
        case "speech": .speech
        case "bars": .bars
        default: throw uri.refusal("no test signal of this name; allowed: test:tone, test:speech, test:bars")
        }
    }

    private static func isLooping(_ uri: MediaURI) throws(MediaURIError) -> Bool {
        switch uri.value("loop") {
        case nil, "0": false
        case "1": true
        default: throw uri.refusal("allowed: loop=1, loop=0")
        }
    }
}
