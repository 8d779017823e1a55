public import Basics
internal import Crypto

/// The Merkle tree of RFC 6962 §2.1 over SHA-256: what one root hash says about every entry before it.
public enum MerkleTree {
    /// The root of a tree without leaves: SHA-256 of nothing.
    public static let emptyRoot = SHA256.hash(RawSpan())

    /// The hash of an entry as it is stored: SHA-256(0x00 ‖ entry).
    public static func leafHash(_ entry: RawSpan) -> Bytes32 {
        var hash = SHA256()
        hash.update([0x00].rawSpan)
        hash.update(entry)
        return hash.finalize()
    }

    /// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
    public static func nodeHash(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
        var hash = SHA256()
        hash.update([0x01].rawSpan)
        left.withBytes { hash.update($0) }
        right.withBytes { hash.update($0) }
        return hash.finalize()
    }

    /// The root over `leaves`, which are hashes of entries.
    public static func root(of leaves: ArraySlice<Bytes32>) -> Bytes32 {
        var frontier = MerkleFrontier()
        for leaf in leaves { frontier.append(leaf) }
        return frontier.root
    }

    /// The largest power of two below `size`: where a tree of that size parts. Precondition: at least 2.
    static func split(_ size: UInt64) -> UInt64 {
        precondition(size >= 2)
        return 1 << UInt64(63 - (size - 1).leadingZeroBitCount)
    }
}
