internal import CSodium
internal import Synchronization

/// Locked memory for secrets, in slots of 64 bytes; a bigger secret gets guarded pages of its own.
///
/// Regions lie between guard pages, stay in RAM and out of core dumps (`sodium_malloc`). They grow on demand and are
/// kept: a key made and dropped for each handshake costs no system call. A free slot holds nothing but the address of
/// the next free one.
enum SecretArena {
    static let slotByteCount = 64
    /// A region is 16 KiB of slots: four fit under the smallest usual limit of locked memory, 64 KiB.
    private static let regionSlotCount = 255

    @safe
    private struct FreeList: @unchecked Sendable {  // reached under the mutex only
        var head: UnsafeMutableRawPointer?
    }

    private static let free = unsafe Mutex(FreeList(head: nil))

    /// Memory for a secret of `byteCount` bytes. Stops the process when there is none.
    static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        guard byteCount <= slotByteCount else { return unsafe guardedMemory(byteCount: byteCount) }
        return unsafe free.withLock { list in
            if unsafe list.head == nil { addRegion(to: &list) }
            guard let slot = unsafe list.head else { preconditionFailure("a new region has free slots") }
            unsafe list.head = slot.load(as: UnsafeMutableRawPointer?.self)
            return unsafe slot
        }
    }

    /// Wipes the memory and takes it back.
    static func free(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
        guard byteCount <= slotByteCount else { return unsafe sodium_free(memory) }  // it wipes first
        unsafe sodium_memzero(memory, slotByteCount)
        free.withLock { list in
            unsafe memory.storeBytes(of: list.head, as: UnsafeMutableRawPointer?.self)
            unsafe list.head = memory
        }
    }

    private static func addRegion(to list: inout FreeList) {
        let region = unsafe guardedMemory(byteCount: regionSlotCount * slotByteCount)
        for index in 0..<regionSlotCount {
            let slot = unsafe region + index * slotByteCount
            unsafe slot.storeBytes(of: list.head, as: UnsafeMutableRawPointer?.self)
            unsafe list.head = slot
        }
    }

    private static func guardedMemory(byteCount: Int) -> UnsafeMutableRawPointer {
        Sodium.start()
        guard let memory = unsafe sodium_malloc(byteCount) else { preconditionFailure("locked memory can be had") }
        return unsafe memory
    }
}
