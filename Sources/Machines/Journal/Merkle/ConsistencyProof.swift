public import Basics

/// The hashes that show that one tree is a part of another: nothing in it was changed (RFC 6962 §2.1.2).
///
/// Usually the smaller tree is an earlier state of the larger one; it may also be any subtree of it
/// (draft-ietf-plants-merkle-tree-certs).
public struct ConsistencyProof: Equatable, Sendable {
    /// Hashes from the lowest level upwards.
    public let hashes: [Bytes32]

    /// A proof that somebody sent.
    public init(hashes: [Bytes32]) { self.hashes = hashes }

    /// The proof that the tree over the first `size` of `leaves` is an earlier state of the tree over all of them.
    /// Precondition: 0 < `size` ≤ number of leaves.
    public init(from size: Int, in leaves: ArraySlice<Bytes32>) {
        precondition(size > 0 && size <= leaves.count)
        hashes = Self.path(from: size, in: leaves, isKnown: true)
    }

    /// Whether this shows that the tree of `size` leaves under `root` begins with that of `oldSize` under `oldRoot`.
    /// From an empty tree nothing can be shown.
    public func holds(from oldSize: UInt64, _ oldRoot: Bytes32, to size: UInt64, _ root: Bytes32) -> Bool {
        guard oldSize > 0 else { return false }
        return holds(fromSubtree: 0..<oldSize, oldRoot, to: size, root)
    }

    /// Whether this shows that the leaves `range` of the tree of `size` leaves under `root` are the subtree under
    /// `subtreeRoot`.
    public func holds(
        fromSubtree range: Range<UInt64>, _ subtreeRoot: Bytes32, to size: UInt64, _ root: Bytes32
    ) -> Bool {
        guard range.upperBound <= size else { return false }
        if range.isEmpty { return hashes.isEmpty && subtreeRoot == MerkleTree.emptyRoot }
        guard range.isSubtree else { return false }
        var climb = Climb(subtreeRoot: subtreeRoot, hashes: hashes[...])
        guard let roots = climb.roots(of: range, size: size, isKnown: true) else { return false }
        return climb.hashes.isEmpty && roots.subtree == subtreeRoot && roots.tree == root
    }

    private static func path(from size: Int, in leaves: ArraySlice<Bytes32>, isKnown: Bool) -> [Bytes32] {
        guard size < leaves.count else { return isKnown ? [] : [MerkleTree.root(of: leaves)] }
        let half = Int(MerkleTree.split(UInt64(leaves.count)))
        let left = leaves.prefix(half), right = leaves.dropFirst(half)
        return size <= half
            ? path(from: size, in: left, isKnown: isKnown) + [MerkleTree.root(of: right)]
            : path(from: size - half, in: right, isKnown: false) + [MerkleTree.root(of: left)]
    }
}

/// Climbs to both roots at once with the same hashes, so that they cannot speak of different trees.
private struct Climb {
    let subtreeRoot: Bytes32
    var hashes: ArraySlice<Bytes32>

    /// `isKnown`: the subtree's own root stands where the climb begins, and no hash is spent on it.
    mutating func roots(
        of range: Range<UInt64>, size: UInt64, isKnown: Bool
    ) -> (subtree: Bytes32, tree: Bytes32)? {
        if range == 0..<size {
            return (isKnown ? subtreeRoot : hashes.popFirst()).map { ($0, $0) }
        }
        let half = MerkleTree.split(size)
        if range.upperBound <= half {
            guard let left = roots(of: range, size: half, isKnown: isKnown), let right = hashes.popFirst() else {
                return nil
            }
            return (left.subtree, MerkleTree.nodeHash(left.tree, right))
        }
        if range.lowerBound >= half {
            let shifted = (range.lowerBound - half)..<(range.upperBound - half)
            guard let right = roots(of: shifted, size: size - half, isKnown: isKnown), let left = hashes.popFirst()
            else { return nil }
            return (right.subtree, MerkleTree.nodeHash(left, right.tree))
        }
        // The range begins at 0 and ends on the right: a part of the right tree belongs to it, the left one whole.
        guard let right = roots(of: 0..<(range.upperBound - half), size: size - half, isKnown: false),
            let left = hashes.popFirst()
        else { return nil }
        return (MerkleTree.nodeHash(left, right.subtree), MerkleTree.nodeHash(left, right.tree))
    }
}
