internal import Glibc

/// `parley-bench [--json] [NAME…]`: measures what Parley costs beside the raw cost of the same work.
@main
struct ParleyBench {
    static func main() {
        do {
            let options = try BenchOptions(CommandLine.arguments.dropFirst())
            if !options.isJSON { print(Measurement.heading) }
            for benchmark in options.benchmarks {
                let measurement = try benchmark.measure()
                print(options.isJSON ? measurement.json(name: benchmark.name) : measurement.row(name: benchmark.name))
                fflush(nil)
            }
        } catch let error as BenchOptions.UsageError {
            fail(error.description, exit: 64)
        } catch {
            fail("\(error)", exit: 70)
        }
    }

    private static func fail(_ message: String, exit code: Int32) -> Never {
        let line = Array("parley-bench: \(message)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(code)
    }
}
