/// One step on the disk. Paths are relative to the folder of one log; folders on the way are made when missing.
///
/// A batch that failed is given again unchanged: every step may be done twice.
public enum JournalOperation: Hashable, Sendable {
    /// Write `bytes` at `offset`; the file is made when missing.
    case write(path: String, offset: Int, bytes: [UInt8])
    /// Make durable all that was written since the last sync, and the folders of files that were made.
    case sync
    /// Replace the whole file, durably and at once: a temporary file in `tmp/`, sync, rename, sync of the folder.
    /// Never a temporary file beside the target: nothing unknown may lie in `tile/` and `cp/`.
    case replace(path: String, bytes: [UInt8])
    /// A tile is full: make the file read-only (mode 0440).
    case seal(path: String)
    /// Cut the file to `byteCount` bytes, durably. Only recovery does that.
    case truncate(path: String, byteCount: Int)
    /// Remove the file, durably. It may be missing.
    case remove(path: String)
    /// Overwrite the file with zeros, sync, then remove it, durably. It may be missing.
    case wipe(path: String)
    /// Make a file that really takes up `byteCount` bytes of the disk. It may be there already.
    case allocate(path: String, byteCount: Int)
}
