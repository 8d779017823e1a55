import Basics
import ControlAPI
import Platform

/// `parley stats`: the figures of a call in words or as JSON, and its picture; once, or again and again until it has ended.
struct Measurement {
    private let client: Client
    private let context: Context
    private let interval: Duration?
    /// Where the picture goes.
    private let plot: String?
    private var isReplacing: Bool
    private var hasDrawn = false
    /// Which call: as the command line has it until the daemon has named it.
    private var call: JSONValue?
    /// What the daemon tells about the call beside its figures, and how it ended.
    private var state: JSONValue?

    static let options: [OptionSpec] = [
        .value("--interval", "TIME", .duration, "Measure again and again, until it has ended."),
        .value("--plot", "FILE", .file, "Draw how the call went as an SVG picture; renewed with --interval."),
        .flag("--force", "Replace a file that is there."),
    ]

    init(_ invocation: Invocation, _ context: Context) throws(Failure) {
        plot = invocation.option("--plot")
        interval = try invocation.duration("--interval")
        isReplacing = invocation.flag("--force")
        guard plot != "-" || interval == nil else { throw .usage("--plot - and --interval exclude each other") }
        // Told before the daemon is asked, and long before the first picture is whole.
        if let plot, plot != "-", !isReplacing, ExportFile.isPresent(plot) { throw Files.present(plot) }
        self.context = context.leavingStandardOutput(isTaken: plot == "-")
        client = try self.context.connect()
        call = invocation.argumentIfPresent("CALL").map(JSONValue.string)
    }

    mutating func run() throws(Failure) -> ExitCode {
        var isFirst = true
        while true {
            do throws(Failure) {
                let stats = try measure()
                if let plot { try draw(stats, to: plot) }
                context.show(stats, ClosingWords.measured)
            } catch {
                // The daemon remembers calls for a while only.
                guard !isFirst, error.kind == "call_ended" || error.kind == "not_found" else { throw error }
                break
            }
            guard let interval, state?["state"] != "ended" else { break }
            isFirst = false
            _ = try client.next(before: MonotonicClock.now + interval)
        }
        guard plot == nil || hasDrawn else { throw Self.nothingToDraw }
        return .success
    }

    private static let nothingToDraw = Failure(
        .negative, "not_found", "there is nothing to draw: nothing was measured of this call, media never flowed")

    /// The figures. Whether the call has ended is asked first: then the figures that follow are the last.
    private mutating func measure() throws(Failure) -> JSONValue {
        if interval != nil || plot != nil {
            if call == nil { call = try client.call(.callStats)["call"] }
            state = try client.call(.callGet, ["call": call])
            call = state?["call"]
        }
        return try client.call(.callStats, ["call": call, "series": plot == nil ? nil : true])
    }

    /// Writes the picture, unless there is nothing to draw yet and more will be measured.
    private mutating func draw(_ stats: JSONValue, to path: String) throws(Failure) {
        let series = CallSeries(stats)
        guard !series.samples.isEmpty else {
            if interval == nil { throw Self.nothingToDraw }
            return
        }
        let picture = CallPlot(stats, state ?? .null, series).document
        let file = try ExportFile(path, isReplacing: isReplacing)
        try file.write(picture)
        try file.keep()
        if !hasDrawn, path != "-" { context.say("the picture is in \(Table.printable(path))") }
        hasDrawn = true
        isReplacing = true  // what is there now is ours
    }
}
