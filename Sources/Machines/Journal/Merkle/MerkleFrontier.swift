public import Basics

/// A Merkle tree that grows at its right edge and keeps only what it needs for that: the roots of the full subtrees,
/// one for each bit of its size.
public struct MerkleFrontier: Equatable, Sendable {
    /// Leaves so far.
    public private(set) var size = 0
    /// Roots of full subtrees, the largest first.
    private var subtrees: [Bytes32] = []

    /// A tree without leaves.
    public init() {}

    /// Appends a leaf's hash. Costs two hashes on average, one for each carry.
    public mutating func append(_ leafHash: Bytes32) {
        var hash = leafHash
        for _ in 0..<size.trailingOnes { hash = MerkleTree.nodeHash(subtrees.removeLast(), hash) }
        subtrees.append(hash)
        size += 1
    }

    /// The root of the tree.
    public var root: Bytes32 {
        guard var root = subtrees.last else { return MerkleTree.emptyRoot }
        for subtree in subtrees.dropLast().reversed() { root = MerkleTree.nodeHash(subtree, root) }
        return root
    }
}

extension Int {
    /// How many of the lowest bits are 1 in a row.
    fileprivate var trailingOnes: Int { (~self).trailingZeroBitCount }
}
