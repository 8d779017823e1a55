/// Where sound goes to, as users write it: `file:heard.wav`, `pipe:1`, `dir:people`, `null:`.
public struct SinkURI: Equatable, Sendable {
    /// The kinds of sink.
    public enum Kind: Equatable, Sendable {
        /// One file with what a listener hears.
        case file(path: String)
        /// The same as a stream of bytes; nil when the descriptor came with the request.
        case pipe(descriptor: Int32?)
        /// A folder with one file for each participant.
        case directory(path: String)
        /// Nowhere; but it is decoded and counted.
        case null
    }

    /// The text as it was given.
    public let text: String
    /// What kind of sink it is.
    public let kind: Kind
    /// Which of the descriptors that came with the request is meant (`fd=K`); nil when none is named.
    public let descriptorIndex: Int?

    /// Reads `text`; throws with what is allowed.
    public init(_ text: String) throws(MediaURIError) {
        let uri = try MediaURI(text)
        self.text = text
        kind = try Self.kind(of: uri)
        descriptorIndex = try uri.descriptorIndex()
    }

    /// Whether a descriptor must be given to open it.
    public var needsDescriptor: Bool { kind != .null }

    private static func kind(of uri: MediaURI) throws(MediaURIError) -> Kind {
        switch uri.scheme {
        case "file":
            try uri.allow(["kind", "fd"])
            let path = try uri.path()
            try requireWAV(uri.value("kind") ?? fileExtension(of: path), uri)
            return .file(path: path)
        case "pipe":
            try uri.allow(["kind", "fd"])
            try requireWAV(uri.value("kind") ?? "wav", uri)
            return .pipe(descriptor: try uri.pipeDescriptor())
        case "dir":
            try uri.allow(["fd"])
            return .directory(path: try uri.path())
        case "null":
            try uri.allow([])
            guard uri.place.isEmpty else { throw uri.refusal("allowed: null: with nothing behind it") }
            return .null
        case "device":
            throw uri.refusal("this version has no devices; allowed: file:PATH, pipe:FD, dir:PATH, null:")
        default:
            throw uri.refusal("no sink of this scheme; allowed: file:PATH, pipe:FD, dir:PATH, null:")
        }
    }

    private static func requireWAV(_ container: String, _ uri: MediaURI) throws(MediaURIError) {
        switch container {
        case "wav", "wave", "": return
        case "y4m", "ivf", "webm":
            throw uri.refusal("this version carries no video and writes no \(container); allowed: wav")
        default: throw uri.refusal("no container \(container); allowed: wav")
        }
    }

    private static func fileExtension(of path: String) -> String {
        guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: "."), dot != name.startIndex
        else {
            return ""
        }
        let known = ["y4m", "ivf", "webm"]
        let ending = name[name.index(after: dot)...].lowercased()
        return known.contains(ending) ? ending : "wav"
    }
}
