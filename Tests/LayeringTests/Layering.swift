import Foundation
import TestSupport

/// What `Sources` and `Package.swift` say about who may import whom.
struct Layering {
    /// The floors from the lowest. Simulator and Drivers stand beside each other.
    static let heights = [
        "Libraries": 0, "Foundations": 1, "Machines": 2, "Node": 3, "Simulator": 4, "Drivers": 4, "Programs": 5,
    ]

    struct Import {
        let file: String, target: String, module: String
        let isPublic: Bool
    }

    /// The floor of each target: the folder in which its folder stands.
    let floors: [String: String]
    /// The direct dependencies that the manifest declares for each target.
    let declared: [String: Set<String>]
    /// Every `import` line under `Sources`.
    let imports: [Import]

    init() throws {
        var floors: [String: String] = [:], imports: [Import] = []
        for path in try Project.files(under: "Sources", suffix: "") {
            let parts = path.split(separator: "/").map(String.init)
            guard parts.count > 3 else { continue }
            floors[parts[2]] = parts[1]
            guard path.hasSuffix(".swift") else { continue }
            imports += try Self.imports(of: path, target: parts[2])
        }
        self.floors = floors
        self.imports = imports
        declared = try Self.dependencies()
    }

    private static func imports(of path: String, target: String) throws -> [Import] {
        let line = #/^(?:@\w+(?:\(.*?\))?\s+)*(public\s+|\w+\s+)?import\s+(?:(?:struct|class|enum|func|var)\s+)?(\w+)/#
        return try Project.text(of: path).split(separator: "\n").compactMap { text in
            text.firstMatch(of: line).map { match in
                let isPublic = match.1?.hasPrefix("public") ?? false
                return Import(file: path, target: target, module: String(match.2), isPublic: isPublic)
            }
        }
    }

    /// Reads the `module(…)` and `program(…)` lines of the manifest.
    private static func dependencies() throws -> [String: Set<String>] {
        let manifest = try Project.text(of: "Package.swift")
        let call = #/(?:module\(\s*"\w+",|program\()\s*"([\w-]+)"(?:,\s*on:\s*\[([^\]]*)\])?/#
        var declared: [String: Set<String>] = [:]
        for match in manifest.matches(of: call) {
            let names = (match.2 ?? "").matches(of: #/"(\w+)"/#).map { String($0.1) }
            declared[String(match.1)] = Set(names)
        }
        return declared
    }
}
