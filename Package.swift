// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target (Docs/ARCHITECTURE.md, "Package settings").
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
    // Generic code of one module is specialized in another: without it a packet costs a tenth more.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// A C library from Debian: a module map and the few lines of C that Swift cannot say (macros, variadics). One without a
/// pkg-config file stands on the compiler's own paths.
func library(_ name: String, _ pkgConfig: String? = nil, apt package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/Libraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A few lines of C of our own, beside the library that they need. A C++ library is linked here.
func shims(_ name: String, on dependencies: [Target.Dependency] = [], linking libraries: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/Libraries/\(name)",
        linkerSettings: libraries.map { .linkedLibrary($0) })
}

/// A target of one floor. It may import only what stands in `on`, which a test holds to lower floors.
func module(_ floor: String, _ name: String, on dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)", swiftSettings: settings,
        linkerSettings: [.linkedLibrary("m")])  // Double's rounding calls it, and nobody imports Glibc for that
}

/// An executable: a composition root.
func program(_ name: String, on dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Sources/Programs/\(name)", swiftSettings: settings,
        // A built program needs no Swift on the machine that it is taken to, and starts sooner.
        linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))])
}

/// The tests of one module. What they run but do not compile stands in `scripts`.
func tests(_ name: String, on dependencies: [Target.Dependency], scripts: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)Tests",
        exclude: scripts, swiftSettings: settings)
}

/// `PARLEY_TESTS=Crypto,Noise` declares only those test targets, so that work on one module does not compile all tests.
func isWanted(_ target: Target) -> Bool {
    guard target.type == .test, let chosen = Context.environment["PARLEY_TESTS"] else { return true }
    return chosen.split(separator: ",").contains { "\($0)Tests" == target.name }
}

let package = Package(
    name: "parley",
    targets: ([
        // Libraries
        .target(name: "CShims", path: "Sources/Libraries/CShims"),
        library("CGLib", "gio-unix-2.0", apt: "libglib2.0-dev"),
        library("CNice", "nice", apt: "libnice-dev"),
        library("COpus", "opus", apt: "libopus-dev"),
        library("CQREncode", "libqrencode", apt: "libqrencode-dev"),
        library("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
        library("CSodium", "libsodium", apt: "libsodium-dev"),
        library("CSpeexDSP", "speexdsp", apt: "libspeexdsp-dev"),
        library("CVPX", apt: "libvpx-dev"),
        library("CYUV", apt: "libyuv-dev"),
        shims("CBench", on: ["CSodium"]),
        shims("CSTUN", on: ["CNice"]),
        shims("CWebM", linking: ["webm"]),

        // Foundations
        module("Foundations", "Basics"),
        module("Foundations", "Crypto", on: ["Basics", "CSodium"]),
        module("Foundations", "Age", on: ["Basics", "Crypto"]),

        // Machines
        module("Machines", "Noise", on: ["Basics", "Crypto"]),
        module("Machines", "Transport", on: ["Basics", "Crypto", "Noise"]),
        module("Machines", "Streams", on: ["Basics"]),
        module("Machines", "Paths", on: ["Basics"]),
        module("Machines", "Mesh", on: ["Basics", "Crypto"]),
        module("Machines", "RTP", on: ["Basics"]),
        module("Machines", "Playout", on: ["Basics"]),
        module("Machines", "Calling", on: ["Basics", "Mesh"]),
        module("Machines", "Trust", on: ["Basics", "Mesh"]),
        module("Machines", "Journal", on: ["Age", "Basics", "Crypto"]),

        // Node
        module("Node", "ControlAPI", on: ["Basics"]),
        module(
            "Node", "NodeEngine",
            on: [
                "Basics", "Calling", "ControlAPI", "Crypto", "Journal", "Mesh", "Paths", "RTP", "Streams", "Transport",
                "Trust",
            ]),

        // Drivers
        module("Drivers", "Platform", on: ["Basics", "CShims"]),
        module("Drivers", "NetworkLoop", on: ["Basics", "CGLib", "CShims", "Platform"]),
        module("Drivers", "ControlSocket", on: ["Basics", "CShims", "NetworkLoop", "Platform"]),
        module(
            "Drivers", "ICEDriver",
            on: ["Basics", "CNice", "CSTUN", "CShims", "NetworkLoop", "Paths", "Platform"]),
        module("Drivers", "MediaURIs", on: ["Basics"]),
        module("Drivers", "MediaFiles", on: ["Basics", "CWebM", "CYUV", "MediaURIs", "Platform", "RTP"]),
        module(
            "Drivers", "CodecDriver",
            on: ["Basics", "COpus", "CShims", "CSpeexDSP", "CVPX", "MediaFiles", "Platform", "Playout", "RTP"]),
        module(
            "Drivers", "Vault", on: ["Basics", "ControlAPI", "CSQLite", "Crypto", "Journal", "NetworkLoop", "Platform"]),

        // Programs
        program(
            "parleyd",
            on: [
                "Age", "Basics", "Calling", "CodecDriver", "ControlAPI", "ControlSocket", "Crypto", "ICEDriver",
                "Journal",
                "MediaFiles", "MediaURIs", "Mesh", "NetworkLoop", "NodeEngine", "Paths", "Platform", "Playout", "RTP",
                "Vault",
            ]),
        program(
            "parley", on: ["Basics", "CQREncode", "ControlAPI", "Journal", "MediaURIs", "Platform", "Vault"]),
        program(
            "parley-bench",
            on: [
                "Age", "Basics", "CBench", "COpus", "CVPX", "CodecDriver", "ControlAPI", "Crypto", "Journal",
                "MediaFiles", "MediaURIs", "Mesh", "NodeEngine", "Noise", "Platform", "Playout", "RTP", "Transport",
                "Vault",
            ]),

        // Tests
        .target(name: "TestSupport", dependencies: ["Basics"], path: "Tests/TestSupport", swiftSettings: settings),
        .target(
            name: "JournalTestSupport", dependencies: ["Age", "Basics", "Crypto", "Journal"],
            path: "Tests/JournalTestSupport", swiftSettings: settings),
        tests("Basics", on: ["Basics", "Crypto"]),
        tests("Crypto", on: ["Basics", "Crypto"]),
        tests("Age", on: ["Age", "Basics", "Crypto"]),
        tests("Noise", on: ["Basics", "Crypto", "Noise"]),
        tests("Transport", on: ["Basics", "Crypto", "Noise", "Transport"]),
        tests("Streams", on: ["Basics", "Streams"]),
        tests("Paths", on: ["Basics", "Paths"]),
        tests("Mesh", on: ["Basics", "Crypto", "Mesh"]),
        tests("RTP", on: ["Basics", "Crypto", "RTP"]),
        tests("Playout", on: ["Basics", "Playout", "RTP"]),
        tests("Calling", on: ["Basics", "Calling", "Mesh"]),
        tests("Trust", on: ["Basics", "Mesh", "Trust"]),
        tests("Journal", on: ["Age", "Basics", "Crypto", "Journal", "JournalTestSupport"]),
        tests("ControlAPI", on: ["Basics", "ControlAPI"]),
        tests(
            "NodeEngine",
            on: [
                "Age", "Basics", "Calling", "ControlAPI", "Crypto", "Journal", "JournalTestSupport", "Mesh",
                "NodeEngine", "Paths", "Streams", "Transport", "Trust",
            ]),
        tests("Platform", on: ["Basics", "Platform"]),
        tests("NetworkLoop", on: ["Basics", "NetworkLoop", "Platform"]),
        tests("ControlSocket", on: ["Basics", "ControlSocket", "NetworkLoop", "Platform"]),
        tests(
            "ICEDriver",
            on: ["Basics", "CNice", "ICEDriver", "NetworkLoop", "Paths", "Platform"]),
        tests("MediaURIs", on: ["MediaURIs"]),
        tests("MediaFiles", on: ["Basics", "MediaFiles", "MediaURIs", "Platform"]),
        tests(
            "CodecDriver",
            on: ["Basics", "CodecDriver", "MediaFiles", "MediaURIs", "Platform", "Playout", "RTP"]),
        tests(
            "Vault",
            on: ["Basics", "ControlAPI", "Crypto", "Journal", "JournalTestSupport", "NetworkLoop", "Platform", "Vault"]),
        tests(
            "Parley",
            on: ["Basics", "CShims", "ControlAPI", "Journal", "JournalTestSupport", "Platform", "parley"]),
        tests(
            "Interop",
            on: ["Age", "Basics", "Crypto", "Journal", "JournalTestSupport", "MediaFiles", "parley", "parleyd"],
            scripts: ["Compare", "Netlab", "Stranger"]),
        tests("Layering", on: ["Basics"]),
        tests("Style", on: ["Basics"]),
    ] as [Target]).filter(isWanted)
)
