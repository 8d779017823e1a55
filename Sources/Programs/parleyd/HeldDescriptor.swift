import Platform

/// A descriptor that crosses to the disk thread; closed with its last holder.
final class HeldDescriptor: Sendable {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}
