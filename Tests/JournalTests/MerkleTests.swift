import Basics
import Journal
import Testing

@Suite struct MerkleTests {
    private func leaves(_ count: Int) -> [Bytes32] {
        (0..<count).map { MerkleTree.leafHash(Array("\($0)".utf8).rawSpan) }
    }

    @Test func theRootsAreThoseOfRFC6962() {
        #expect(MerkleTree.emptyRoot.description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        let emptyLeaf = MerkleTree.leafHash(RawSpan())
        #expect(
            emptyLeaf.description == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
    }

    @Test func everyInclusionProofHoldsAndOnlyInItsPlace() {
        for size in 1...70 {
            let leaves = leaves(size), root = MerkleTree.root(of: leaves[...])
            for index in 0..<size {
                let proof = InclusionProof(of: index, in: leaves[...])
                let (place, count) = (UInt64(index), UInt64(size))
                #expect(proof.holds(for: leaves[index], at: place, size: count, root: root))
                #expect(!proof.holds(for: leaves[index], at: place + 1, size: count, root: root))
                #expect(!proof.holds(for: leaves[(index + 1) % size], at: place, size: count, root: root) || size == 1)
                let longer = InclusionProof(hashes: proof.hashes + [root])
                #expect(!longer.holds(for: leaves[index], at: place, size: count, root: root))
            }
        }
    }

    @Test func everyConsistencyProofHoldsAndOnlyForItsRoots() {
        for size in 1...70 {
            let leaves = leaves(size), root = MerkleTree.root(of: leaves[...])
            for oldSize in 1...size {
                let oldRoot = MerkleTree.root(of: leaves.prefix(oldSize))
                let proof = ConsistencyProof(from: oldSize, in: leaves[...])
                #expect(proof.holds(from: UInt64(oldSize), oldRoot, to: UInt64(size), root))
                #expect(!proof.holds(from: UInt64(oldSize), root, to: UInt64(size), oldRoot) || size == oldSize)
            }
        }
    }

    @Test func proofsOfAbsurdSizesAreRefusedWithoutATrap() {
        let hash = MerkleTree.emptyRoot
        let proof = InclusionProof(hashes: [hash]), consistency = ConsistencyProof(hashes: [hash])
        for size in [0, 1, 2, UInt64(Int64.max), .max] {
            for index in [0, 1, UInt64(Int64.max), .max] {
                #expect(!proof.holds(for: hash, at: index, size: size, root: hash))
                #expect(!consistency.holds(from: index, hash, to: size, hash))
                if index <= size {
                    #expect(!proof.holds(for: hash, at: index, subtree: index..<size, root: hash))
                    #expect(!consistency.holds(fromSubtree: index..<size, hash, to: .max, hash) || index == size)
                }
            }
        }
    }

    @Test func tilesHaveTheNamesOfTlogTiles() {
        #expect(Tile.path(level: 0, 1_234_067) == "tile/0/x001/x234/067")
        #expect(Tile.entriesPath(0) == "tile/entries/000")
        #expect(Tile.entriesPath(999) == "tile/entries/999")
        #expect(Tile.path(level: 3, 1000) == "tile/3/x001/000")
    }

    @Test func aTreeOf70000HasTheTilesOfTheSpecification() {
        #expect(Tile.hashCount(level: 0, size: 70_000) == 273 * 256 + 112)
        #expect(Tile.hashCount(level: 1, size: 70_000) == 256 + 17)
        #expect(Tile.hashCount(level: 2, size: 70_000) == 1)
        #expect(Tile.hashCount(level: 3, size: 70_000) == 0)
        #expect(Tile.itemCount(273, of: 70_000) == 112)
        #expect(Tile.itemCount(274, of: 70_000) == 0)
    }
}
