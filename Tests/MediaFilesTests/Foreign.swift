import Foundation
import Testing

/// ffmpeg and ffprobe, which make real files and judge ours.
enum Foreign {
    static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/ffmpeg")
    static let absence: Comment = "ffmpeg is not installed"

    struct Failure: Error { let text: String }

    /// What `tool` prints.
    static func run(_ tool: String, _ arguments: [String]) throws -> String {
        let process = Process(), output = Pipe(), errors = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(tool)")
        process.arguments = arguments
        (process.standardOutput, process.standardError) = (output, errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let error = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, error.isEmpty else { throw Failure(text: "\(tool): \(error)") }
        return text
    }

    /// The file that ffmpeg makes of `arguments`, which end before the file's name.
    static func make(_ suffix: String, _ arguments: [String]) throws -> [UInt8] {
        try withFile([], suffix) { url in
            // libvpx's threads only wait for one another on a busy machine.
            _ = try run("ffmpeg", ["-v", "error", "-y", "-threads", "1"] + arguments + ["-threads", "1", url.path])
            return [UInt8](try Data(contentsOf: url))
        }
    }

    /// Lends a file of these bytes.
    static func withFile<Result>(_ bytes: [UInt8], _ suffix: String, _ body: (URL) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).\(suffix)")
        defer { try? FileManager.default.removeItem(at: url) }
        try Data(bytes).write(to: url)
        return try body(url)
    }

    /// A hash over each decoded picture of a file, in the order in which they are shown.
    static func pictureHashes(_ bytes: [UInt8], _ suffix: String) throws -> [String] {
        try withFile(bytes, suffix) { url in
            let text = try run(
                "ffmpeg",
                [
                    "-v", "error", "-threads", "1", "-i", url.path, "-map", "0:v", "-fps_mode", "passthrough", "-f",
                    "framemd5", "-",
                ])
            return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
                $0.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) }
            }
        }
    }

    /// VP8 and Opus of a moving test picture and a tone.
    static let clip = try? make(
        "webm",
        [
            "-bitexact", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=30:duration=2", "-f", "lavfi", "-i",
            "sine=frequency=440:duration=2:sample_rate=48000", "-c:v", "libvpx", "-b:v", "200k", "-g", "30", "-c:a",
            "libopus", "-b:a", "32k",
        ])
}
