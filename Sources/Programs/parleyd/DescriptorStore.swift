import NetworkLoop
import NodeEngine
import Platform

/// The descriptors that came with request lines, until the request has taken them or was answered.
@NetworkActor
final class DescriptorStore {
    private var lines: [RequestLine: Box] = [:]

    private final class Box {
        var descriptors: Descriptors

        init(_ descriptors: consuming Descriptors) { self.descriptors = descriptors }
    }

    /// Keeps the descriptors of a line while its request is handled.
    func keep(_ descriptors: consuming Descriptors, of line: RequestLine) { lines[line] = Box(descriptors) }

    /// Closes what nobody took.
    func forget(_ line: RequestLine) { lines[line] = nil }

    /// Gives away a descriptor of a line; nil when there is none, or it was taken.
    func take(_ index: Int, of line: RequestLine) -> Descriptor? { lines[line]?.descriptors.take(index) }

    /// The descriptor that a media URI names by number. In the configuration, which has no line, the daemon opens the
    /// file itself.
    func descriptor(
        _ index: Int?, of line: RequestLine?, orOpening file: (path: String, flags: Int32)?
    ) throws(MediaFault) -> Descriptor? {
        if let line {
            guard let index else {
                throw MediaFault(.data, "files are opened by the command and passed on; the URI lacks fd=")
            }
            guard let descriptor = take(index, of: line) else {
                throw MediaFault(.data, "descriptor \(index) did not come with the request")
            }
            return descriptor
        }
        guard let file else { throw MediaFault(.data, "a pipe cannot stand in the configuration") }
        do throws(SystemError) { return try Descriptor.open(file.path, file.flags) } catch {
            throw MediaFault(error.isExhausted ? .exhausted : .system, "\(error)")
        }
    }
}
