/// Why writes to the state did not happen. None of them did.
public enum DiskError: Error, Hashable, Sendable {
    /// The disk, or our share of it, is full.
    case full
    /// No state store is open: the identity is locked, or there is none yet.
    case notOpen
    /// The store refused.
    case store(StateStoreError)

    init(_ error: StateStoreError) { self = error == .full ? .full : .store(error) }
}
