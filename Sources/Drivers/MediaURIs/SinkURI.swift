/// Where sound and pictures go to, as users write it: `file:heard.wav`, `file:call.webm`, `pipe:1?kind=y4m`, `dir:people`,
/// `null:`.
public struct SinkURI: Equatable, Sendable {
    /// The kinds of sink.
    public enum Kind: Equatable, Sendable {
        /// One file: what a listener hears, what a viewer sees, or the frames as they came.
        case file(path: String)
        /// The same as a stream of bytes; nil when the descriptor came with the request.
        case pipe(descriptor: Int32?)
        /// A folder with files of each participant.
        case directory(path: String)
        /// Nowhere; but it is decoded and counted.
        case null
    }

    /// The text as it was given.
    public let text: String
    /// What kind of sink it is.
    public let kind: Kind
    /// In what form it is written; nil for a folder and for nowhere.
    public let container: MediaKind?
    /// Which of the descriptors that came with the request is meant (`fd=K`); nil when none is named.
    public let descriptorIndex: Int?

    /// Reads `text`; throws with what is allowed.
    public init(_ text: String) throws(MediaURIError) {
        let uri = try MediaURI(text)
        self.text = text
        (kind, container) = try Self.kind(of: uri)
        descriptorIndex = try uri.descriptorIndex()
    }

    /// Whether a descriptor must be given to open it.
    public var needsDescriptor: Bool { kind != .null }

    private static func kind(of uri: MediaURI) throws(MediaURIError) -> (Kind, MediaKind?) {
        switch uri.scheme {
        case "file":
            try uri.allow(["kind", "fd"])
            let path = try uri.path()
            return (.file(path: path), try container(uri, orElse: MediaKind(fileName: path)))
        case "pipe":
            try uri.allow(["kind", "fd"])
            return (.pipe(descriptor: try uri.pipeDescriptor()), try container(uri, orElse: .wav))
        case "dir":
            try uri.allow(["fd"])
            return (.directory(path: try uri.path()), nil)
        case "null":
            try uri.allow([])
            guard uri.place.isEmpty else { throw uri.refusal("allowed: null: with nothing behind it") }
            return (.null, nil)
        case "device":
            throw uri.refusal("this version has no devices; allowed: file:PATH, pipe:FD, dir:PATH, null:")
        default:
            throw uri.refusal("no sink of this scheme; allowed: file:PATH, pipe:FD, dir:PATH, null:")
        }
    }

    private static func container(_ uri: MediaURI, orElse usual: MediaKind) throws(MediaURIError) -> MediaKind {
        guard let name = uri.value("kind") else { return usual }
        guard let kind = MediaKind(rawValue: name) else {
            throw uri.refusal("kind=\(name); allowed: wav, y4m, ivf, webm")
        }
        return kind
    }
}

extension MediaKind {
    /// What a file of this name is to be: by its ending, and WAV when that says nothing.
    fileprivate init(fileName path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else {
            self = .wav
            return
        }
        self = MediaKind(rawValue: name[name.index(after: dot)...].lowercased()) ?? .wav
    }
}
