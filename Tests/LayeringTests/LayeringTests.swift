import TestSupport
import Testing

@Suite struct LayeringTests {
    private let layering: Layering

    init() throws { layering = try Layering() }

    @Test func everyTargetStandsOnAFloorAndInTheManifest() {
        #expect(layering.imports.count > 50)
        for (target, floor) in layering.floors {
            #expect(Layering.heights[floor] != nil, "\(target) stands in \(floor)")
            #expect(floor == "Libraries" || layering.declared[target] != nil, "\(target) is not declared")
        }
    }

    /// A type named as its module hides the module: nothing else in it could be qualified.
    @Test func noModuleHasATypeOfItsOwnName() throws {
        let kinds = "class|struct|enum|protocol|actor|typealias"
        for (target, floor) in layering.floors {
            let declaration = try Regex("\\b(\(kinds)) \(target)\\b")
            for path in try Project.files(under: "Sources/\(floor)/\(target)", suffix: ".swift") {
                #expect(try Project.text(of: path).firstMatch(of: declaration) == nil, "\(path)")
            }
        }
    }

    /// A lower floor, or the same one where the manifest says so: then no two can import each other.
    @Test func aTargetImportsOnlyWhatItDeclaresAndNothingAbove() {
        for line in layering.imports {
            guard let floor = layering.floors[line.module], let height = Layering.heights[floor] else { continue }
            let own = layering.floors[line.target] ?? "", isDeclared = layering.declared[line.target] ?? []
            let isBelow = height < Layering.heights[own] ?? 0 || floor == own
            #expect(isBelow, "\(line.file) imports \(line.module) of \(floor)")
            #expect(isDeclared.contains(line.module), "\(line.file) imports \(line.module), which is not declared")
        }
    }

    @Test func nothingIsDeclaredThatNobodyImports() {
        for (target, dependencies) in layering.declared {
            let imported = Set(layering.imports.filter { $0.target == target }.map(\.module))
            #expect(dependencies.subtracting(imported).isEmpty, "\(target) does not import all it declares")
        }
    }

    /// Machines and nodes are pure: what touches the system is below in Crypto, or above in the drivers.
    @Test func onlySomeFloorsReachTheSystem() {
        let allowed: [String: Set<String>] = [
            "Foundations": ["Glibc", "Synchronization"], "Drivers": ["Glibc", "Synchronization"],
            "Programs": ["Glibc", "Synchronization"],
        ]
        for line in layering.imports where layering.floors[line.module] == nil {
            let floor = layering.floors[line.target] ?? ""
            #expect(allowed[floor]?.contains(line.module) == true, "\(line.file) imports \(line.module)")
        }
    }

    @Test func librariesAreWrappedBelowTheMachinesOrInADriver() {
        for line in layering.imports where layering.floors[line.module] == "Libraries" {
            let floor = layering.floors[line.target] ?? ""
            #expect(["Foundations", "Drivers", "Programs"].contains(floor), "\(line.file) imports \(line.module)")
            #expect(!line.isPublic, "\(line.file) shows \(line.module) to others")
        }
    }
}
