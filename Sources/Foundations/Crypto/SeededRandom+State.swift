internal import Basics
internal import CSodium

extension SeededRandom {
    /// The key, and 32 bytes to hand out, in one slot of locked memory.
    ///
    /// A step is one block of ChaCha20 under the key: its first half replaces the key, its second half is handed out.
    final class State: @unchecked Sendable {  // written only while one generator alone holds it
        private static let keyByteCount = 32, blockByteCount = 64

        private static let nonce = [UInt8](repeating: 0, count: 12)

        private let streamKey: SecretBytes
        private var block: SecretBytes
        private var used = blockByteCount

        init(seed: borrowing SecretBytes) {
            let keys = Self.expanded(seed)
            streamKey = keys.withBytes { SecretBytes(copying: $0.extracting(first: Self.keyByteCount)) }
            block = keys.withBytes { keys in
                SecretBytes(byteCount: Self.blockByteCount) { $0.copy(keys.extracting(last: Self.keyByteCount)) }
            }
        }

        init(copying other: State) {
            streamKey = other.streamKey.copy()
            block = other.block.copy()
            used = other.used
        }

        func seed(ofStream name: String) -> SecretBytes {
            SecretBytes(byteCount: SeededRandom.seedByteCount) { seed in
                streamKey.withBytes { BLAKE2b.hash(Array(name.utf8).rawSpan, key: $0, into: &seed) }
            }
        }

        func fill(_ bytes: inout MutableRawSpan) {
            var filled = 0
            while filled < bytes.byteCount {
                if used == Self.blockByteCount { step() }
                let count = min(bytes.byteCount - filled, Self.blockByteCount - used)
                block.withMutableBytes { block in
                    bytes.copy(block.bytes.extracting(used..<used + count), at: filled)
                    block.wipe(used..<used + count)
                }
                filled += count
                used += count
            }
        }

        private func step() {
            block = Self.expanded(block)
            used = Self.keyByteCount
        }

        /// One block of ChaCha20 under the first 32 bytes of `key`. Each key makes one block, so the nonce is zero.
        private static func expanded(_ key: borrowing SecretBytes) -> SecretBytes {
            SecretBytes(byteCount: blockByteCount) { block in
                unsafe block.withMutablePointer { block, count in
                    unsafe key.withPointer { key in
                        _ = unsafe crypto_stream_chacha20_ietf(block, UInt64(count), nonce, key)
                    }
                }
            }
        }
    }
}
