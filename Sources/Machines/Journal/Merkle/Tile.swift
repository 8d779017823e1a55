/// A file of 256 consecutive entries or hashes of one level (C2SP tlog-tiles). The last of each level grows in place.
public enum Tile {
    /// Entries or hashes in a full tile.
    public static let width = 256
    /// Levels of a tree of at most 2^63 leaves.
    static let maximumLevel = 7

    /// The folder of the entries.
    public static let entriesFolder = "tile/entries"

    /// The folder of the hashes of `level`: 0 are leaves, each higher one the roots of full tiles below.
    public static func folder(level: Int) -> String { "tile/\(level)" }

    /// The path of entry bundle `index`.
    public static func entriesPath(_ index: Int) -> String { "\(entriesFolder)/\(name(index))" }

    /// The path of tile `index` of `level`.
    public static func path(level: Int, _ index: Int) -> String { "\(folder(level: level))/\(name(index))" }

    /// How many hashes `level` has in a tree of `size` leaves.
    public static func hashCount(level: Int, size: Int) -> Int { size >> (8 * level) }

    /// How many of `count` items lie in tile `index`: 256, fewer in the last, 0 behind it.
    public static func itemCount(_ index: Int, of count: Int) -> Int { min(max(count - index * width, 0), width) }

    /// `x001/x234/067` for 1234067: every three digits a path element, all but the last marked.
    static func name(_ index: Int) -> String {
        var parts = [pad(index % 1000)]
        var rest = index / 1000
        while rest > 0 {
            parts.append("x" + pad(rest % 1000))
            rest /= 1000
        }
        return parts.reversed().joined(separator: "/")
    }

    private static func pad(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }
}
