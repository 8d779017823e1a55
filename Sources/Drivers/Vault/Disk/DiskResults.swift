import NetworkLoop
import Platform

/// Results on their way from the disk thread to the network thread, in order.
final class DiskResults: Sendable {
    private let waiting = Locked<[@NetworkActor () -> Void]>([])

    /// A result is there.
    func append(_ result: @escaping @NetworkActor () -> Void) { waiting.withLock { $0.append(result) } }

    /// Hands out what is there; false when there was nothing.
    @NetworkActor
    func deliver() -> Bool {
        var results: [@NetworkActor () -> Void] = []
        waiting.withLock { swap(&$0, &results) }
        for result in results { result() }
        return !results.isEmpty
    }
}
