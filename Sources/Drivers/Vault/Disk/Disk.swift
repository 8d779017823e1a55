/// What the disk thread holds open. It never leaves that thread.
public struct Disk: ~Copyable {
    /// The sealed state, while the identity is unlocked.
    public var state: StateStore?
    /// The files of the log that is written.
    public var journal: JournalFiles?

    init() {}
}
