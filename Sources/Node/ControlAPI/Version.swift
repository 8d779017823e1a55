/// The version of Parley, which all its programs share.
public enum Version {
    /// Three numbers (semantic versioning).
    public static let text = "0.1.0"
}
