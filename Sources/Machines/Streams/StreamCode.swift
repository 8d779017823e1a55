/// Codes of RESET and STOP that mean the same for every stream. Others belong to the stream's owner.
public enum StreamCode {
    /// The owner wants no more.
    public static let cancelled: UInt32 = 0
    /// The stream's class is closed at the receiver (PROTOCOL §3).
    public static let classClosed: UInt32 = 1
}
