import CShims
public import Platform

/// Calls a closure on the network thread after addresses of this machine have come or gone.
@NetworkActor
public final class AddressWatch {
    private let socket: Descriptor
    private var watch: DescriptorWatch?

    /// Calls `changed` once for all changes that were told together, until this is destroyed.
    public init(_ changed: @escaping @NetworkActor () -> Void) throws(SystemError) {
        let number = try retrying("socket") { parley_address_changes() }
        socket = Descriptor(owning: number)
        watch = DescriptorWatch(number, for: .read) { _ in
            parley_forget_address_changes(number)
            changed()
        }
    }

    deinit { watch = nil }  // before the descriptor is closed
}
