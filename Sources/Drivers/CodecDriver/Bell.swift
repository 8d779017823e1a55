internal import CShims
internal import Platform

/// Wakes the media thread from its sleep.
final class Bell: Sendable {
    private let descriptor: Descriptor

    /// Throws when no descriptor is left.
    init() throws(SystemError) {
        let number = parley_bell()
        guard number >= 0 else { throw .last("eventfd") }
        descriptor = Descriptor(owning: number)
    }

    /// The number to poll.
    var pollDescriptor: Int32 { descriptor.rawValue }

    /// Any thread: wakes the sleeper, or keeps it from its next sleep.
    func ring() { parley_bell_ring(descriptor.rawValue) }

    /// The sleeper: it is awake.
    func quiet() { parley_bell_quiet(descriptor.rawValue) }
}
