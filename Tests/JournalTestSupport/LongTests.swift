internal import Foundation

/// Tests that take minutes run in part, and whole with `PARLEY_LONG=1`.
public enum LongTests {
    /// Whether the whole is wanted.
    public static var areWanted: Bool { ProcessInfo.processInfo.environment["PARLEY_LONG"] == "1" }
}
