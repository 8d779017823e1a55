public import Platform

/// Why a `StateStore` could not be opened, read or written.
public enum StateStoreError: Error, Hashable, Sendable {
    /// The store was made under another key.
    case wrongKey
    /// A newer program made the store; the version of its schema.
    case newerSchema(Int)
    /// The file is no store, or was changed by somebody without the key; what was found.
    case damaged(String)
    /// The disk, or our share of it, is full. Nothing of what was to be written is.
    case full
    /// Another process has it open.
    case inUse
    /// SQLite refused: its extended result code and words.
    case failed(code: Int32, String)
    /// The system refused.
    case system(SystemError)
}
