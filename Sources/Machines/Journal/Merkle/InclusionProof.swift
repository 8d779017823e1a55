public import Basics

/// The hashes that lead from a leaf to the root: a tree of that root has that leaf at that place (RFC 6962 §2.1.1).
public struct InclusionProof: Equatable, Sendable {
    /// Sibling hashes from the leaf upwards.
    public let hashes: [Bytes32]

    /// A proof that somebody sent.
    public init(hashes: [Bytes32]) { self.hashes = hashes }

    /// The proof for `leaves[index]`. Precondition: there is such a leaf.
    public init(of index: Int, in leaves: ArraySlice<Bytes32>) {
        precondition(index >= 0 && index < leaves.count)
        hashes = Self.path(to: index, in: leaves)
    }

    /// Whether this shows that leaf `index` of a tree of `size` leaves under `root` has the hash `leafHash`.
    public func holds(for leafHash: Bytes32, at index: UInt64, size: UInt64, root: Bytes32) -> Bool {
        guard index < size else { return false }
        var rest = hashes[...]
        return Self.root(from: leafHash, at: index, size: size, through: &rest) == root && rest.isEmpty
    }

    /// Whether this shows that leaf `index` lies in the subtree over `range` with root `root`.
    public func holds(for leafHash: Bytes32, at index: UInt64, subtree range: Range<UInt64>, root: Bytes32) -> Bool {
        guard range.isSubtree, range.contains(index) else { return false }
        let size = range.upperBound - range.lowerBound
        return holds(for: leafHash, at: index - range.lowerBound, size: size, root: root)
    }

    private static func path(to index: Int, in leaves: ArraySlice<Bytes32>) -> [Bytes32] {
        guard leaves.count > 1 else { return [] }
        let half = Int(MerkleTree.split(UInt64(leaves.count)))
        let left = leaves.prefix(half), right = leaves.dropFirst(half)
        return index < half
            ? path(to: index, in: left) + [MerkleTree.root(of: right)]
            : path(to: index - half, in: right) + [MerkleTree.root(of: left)]
    }

    /// Climbs from the leaf, taking one hash a level; nil when there are too few.
    private static func root(
        from leaf: Bytes32, at index: UInt64, size: UInt64, through hashes: inout ArraySlice<Bytes32>
    ) -> Bytes32? {
        guard size > 1 else { return leaf }
        let half = MerkleTree.split(size)
        if index < half {
            guard let left = root(from: leaf, at: index, size: half, through: &hashes),
                let right = hashes.popFirst()
            else { return nil }
            return MerkleTree.nodeHash(left, right)
        }
        guard let right = root(from: leaf, at: index - half, size: size - half, through: &hashes),
            let left = hashes.popFirst()
        else { return nil }
        return MerkleTree.nodeHash(left, right)
    }
}

extension Range<UInt64> {
    /// Whether the leaves in this range can be a subtree: it begins at a multiple of a power of two that spans it
    /// (draft-ietf-plants-merkle-tree-certs, "Subtrees").
    var isSubtree: Bool {
        guard lowerBound < upperBound else { return false }
        let size = upperBound - lowerBound
        let span = size == 1 ? 1 : MerkleTree.split(size) << 1
        return span != 0 && lowerBound % span == 0 || lowerBound == 0
    }
}
