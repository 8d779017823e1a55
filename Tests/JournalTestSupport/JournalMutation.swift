public import Crypto

/// One random change of what proves a log: entries, tiles, checkpoints, policy.
public struct JournalMutation: Sendable {
    /// The changed log.
    public let disk: MemoryDisk
    /// What was done, for a report.
    public let description: String

    /// Changes one or two files of `original`; the contents differ for certain.
    public init(of original: MemoryDisk, using random: inout SeededRandom) {
        var disk = original, description = ""
        while disk == original {
            disk = original
            description = Self.change(&disk, using: &random)
        }
        self.disk = disk
        self.description = description
    }

    /// The files that prove something.
    public static func evidence(in disk: MemoryDisk) -> [String] {
        disk.files.keys.filter {
            $0.hasPrefix("tile/") || $0.hasPrefix("cp/") || $0 == "checkpoint" || $0 == "policy"
        }.sorted()
    }

    private static func change(_ disk: inout MemoryDisk, using random: inout SeededRandom) -> String {
        let paths = evidence(in: disk)
        guard let path = paths.randomElement(using: &random), let other = paths.randomElement(using: &random),
            var file = disk.files[path], !file.isEmpty
        else { return "nothing" }
        let offset = Int.random(in: 0..<file.count, using: &random)
        let count = Int.random(in: 1...40, using: &random), byte = UInt8.random(in: 0...255, using: &random)
        switch Int.random(in: 0..<11, using: &random) {
        case 0, 1, 2:
            let bit = Int.random(in: 0..<8, using: &random)
            file[offset] ^= 1 << bit
            disk.files[path] = file
            return "bit \(bit) of byte \(offset) of \(path) flipped"
        case 3:
            file.insert(contentsOf: (0..<count).map { byte &+ UInt8($0 &* 3) }, at: offset)
            disk.files[path] = file
            return "\(count) bytes inserted at \(offset) of \(path)"
        case 4:
            file += (0..<count).map { byte &+ UInt8($0 &* 5) }
            disk.files[path] = file
            return "\(count) bytes put behind \(path)"
        case 5:
            file.removeSubrange(offset..<min(offset + count, file.count))
            disk.files[path] = file
            return "bytes removed at \(offset) of \(path)"
        case 6:
            disk.files[path] = Array(file[..<offset])
            return "\(path) cut at \(offset)"
        case 7:
            disk.files[path] = disk.files[other]
            disk.files[other] = file
            return "\(path) and \(other) exchanged"
        case 8:
            disk.files[path] = nil
            return "\(path) removed"
        case 9:
            let target = newPath(beside: path, using: &random)
            disk.files[target] = file
            return "\(path) copied to \(target)"
        default:
            let half = min(offset, file.count - 1 - offset, count)
            for step in 0..<half { file.swapAt(offset - half + step, offset + step) }
            disk.files[path] = file
            return "\(half) bytes exchanged at \(offset) of \(path)"
        }
    }

    /// A path in the same folder that a careless reader might take for the next file.
    private static func newPath(beside path: String, using random: inout SeededRandom) -> String {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let number = Int.random(in: 0..<1200, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return "\(folder)\(number % 1000 < 10 ? "00" : number % 1000 < 100 ? "0" : "")\(number % 1000)"
        case 1: return "cp/" + String(repeating: "0", count: 12 - String(number).count) + String(number)
        case 2: return path + ".p/1"
        default: return path + "~"
        }
    }
}
