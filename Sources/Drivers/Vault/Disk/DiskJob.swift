import Journal
import NetworkLoop

/// Something for the disk thread to do.
enum DiskJob: Sendable {
    case state([StateWrite], then: @NetworkActor (Result<Void, DiskError>) -> Void)
    case journal(JournalBatch, then: @NetworkActor (JournalBatch.ID, JournalWriteFailure?) -> Void)
    case work(@Sendable (inout Disk) -> Void)
    /// The thread ends.
    case stop
}
