internal import CBench

/// Calls of malloc and its family, by us and by every library in the process.
enum Allocations {
    /// How many `body` makes.
    static func count(_ body: () -> Void) -> Int {
        precondition(isCounting, "this program's malloc comes before libc's")
        return difference(body)
    }

    /// The runtime's allocation of 64 bytes is seen: a count of none means none.
    private static let isCounting =
        difference { unsafe UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 1).deallocate() } == 1

    private static func difference(_ body: () -> Void) -> Int {
        let before = bench_allocation_count()
        body()
        return Int(bench_allocation_count() - before)
    }
}
