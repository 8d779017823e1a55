import Calling
import CodecDriver
import Glibc
import MediaFiles
import MediaURIs
import NetworkLoop
import NodeEngine
import Platform

/// Opens the sources and sinks that URIs name, with the descriptors that came with a request.
@NetworkActor
struct MediaOpener {
    /// The descriptors of requests.
    let descriptors: DescriptorStore
    /// The request; nil: the configuration asks, and the daemon opens the files itself.
    let line: RequestLine?
    /// What the call may carry.
    let kinds: Set<Calling.MediaKind>

    /// Where what comes goes to.
    struct Sinks {
        var sound: [(number: Int, sink: AudioSink)] = []
        var pictures: [(number: Int, sink: PictureSink)] = []
    }

    /// Opens a source. Nothing is read of a pipe.
    func source(_ text: String) throws(MediaFault) -> MediaSource {
        try named(text) { () throws(any Error) in
            let uri = try SourceURI(text)
            var file: (path: String, flags: Int32)?
            if case .file(let path) = uri.kind { file = (path, O_RDONLY | O_CLOEXEC) }
            let descriptor =
                uri.needsDescriptor
                ? try descriptors.descriptor(uri.descriptorIndex, of: line, orOpening: file) : nil
            return try allowed(try MediaSource.open(uri, descriptor))
        }
    }

    /// A call that carries sound only takes no picture; of a file that has both, the sound.
    private func allowed(_ source: MediaSource) throws(MediaFault) -> MediaSource {
        if let omission = source.omission { Log.warning("a source is played \(omission)") }
        guard source.kind == .video, !kinds.contains(.video) else { return source }
        if case .encoded(let encoded) = source, let sound = encoded.sound { return .sound(sound) }
        throw MediaFault(.data, "it is a picture, and the call carries sound only")
    }

    /// Opens sinks; none is as good as `null:`.
    func sinks(_ texts: [String]) throws(MediaFault) -> Sinks {
        var sinks = Sinks()
        for (number, text) in texts.enumerated() {
            try named(text) { () throws(any Error) in try open(SinkURI(text), number, into: &sinks) }
        }
        return sinks
    }

    private func open(_ uri: SinkURI, _ number: Int, into sinks: inout Sinks) throws {
        let file: (path: String, flags: Int32)? =
            switch uri.kind {
            case .file(let path): (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC)
            case .directory(let path): (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            case .pipe, .null: nil
            }
        let descriptor =
            uri.needsDescriptor ? try descriptors.descriptor(uri.descriptorIndex, of: line, orOpening: file) : nil
        let tracks: Set<EncodedFrame.Track> = kinds.contains(.video) ? [.audio, .video] : [.audio]
        switch try MediaSink.open(uri, descriptor, tracks: tracks) {
        case .sound(let sink): sinks.sound.append((number, sink))
        case .pictures(let sink): sinks.pictures.append((number, .pictures(sink)))
        case .encoded(let sink): sinks.pictures.append((number, .encoded(sink)))
        case .folder(let folder):
            sinks.sound.append((number, AudioSink(folder)))
            if kinds.contains(.video) { sinks.pictures.append((number, .folder(folder, tracks: [.video]))) }
        case .null: break
        }
    }

    /// Opens what `text` names; what is wrong with it is said with its name, since there may be several.
    private func named<Opened>(_ text: String, _ open: () throws -> Opened) throws(MediaFault) -> Opened {
        do { return try open() } catch {
            let name = text.prefix { $0 != "?" }
            let fault = MediaFault(error)
            throw MediaFault(fault.cause, fault.reason, about: String(name))
        }
    }
}

extension MediaSource {
    /// What it gives; nil when a pipe has not told.
    var kind: Calling.MediaKind? {
        switch self {
        case .sound: .audio
        case .pictures, .encoded: .video
        case .pipe: nil
        }
    }
}

extension MediaFault {
    /// What a library of ours said.
    init(_ error: any Error) {
        self =
            switch error {
            case let fault as MediaFault: fault
            case let error as MediaURIError: MediaFault(.data, error.reason)
            case let error as MediaFileError: MediaFault(error)
            case let error as SystemError: MediaFault(error.isExhausted ? .exhausted : .system, "\(error)")
            default: MediaFault(.system, "\(error)")
            }
    }

    /// What a source or sink said.
    init(_ error: MediaFileError) {
        switch error.fault {
        case .data: self.init(.data, error.reason)
        case .system: self.init(.system, error.reason)
        }
    }
}
