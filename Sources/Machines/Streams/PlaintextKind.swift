/// First bytes of a transport packet's plaintext that this module reads and writes (PROTOCOL §3).
public enum PlaintextKind {
    /// Nothing but length.
    public static let padding: UInt8 = 0x00
    /// Receipts.
    public static let receipts: UInt8 = 0x01
    /// Stream frames.
    public static let frames: UInt8 = 0x02
}
