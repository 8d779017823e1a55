import NetworkLoop
import Vault

/// Threads for exports, one for each: whoever reads an export may take his time, and nobody else waits for that. The node
/// allows a few at a time; a thread that has nothing to do waits for the next.
@NetworkActor
final class Exporters {
    private var idle: [DiskExecutor] = []

    /// Does `work` on a thread that does nothing else, and hands its result to `then`.
    func perform<Value: Sendable>(
        _ work: @escaping @Sendable () -> Value, then: @escaping @NetworkActor (consuming Value) -> Void
    ) {
        let executor = idle.popLast() ?? DiskExecutor()
        executor.perform { _ in
            work()
        } then: { [weak self] (value: consuming Value) in
            self?.idle.append(executor)
            then(value)
        }
    }
}
