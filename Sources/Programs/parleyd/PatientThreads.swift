import NetworkLoop
import Vault

/// Threads for what clients read and write at the other end of a descriptor, one for each: whoever reads an export or types
/// a passphrase may take his time, and nobody else waits for that. The node allows a few at a time; a thread that has nothing
/// to do waits for the next.
@NetworkActor
final class PatientThreads {
    private var idle: [DiskExecutor] = []

    /// Does `work` on a thread that does nothing else meanwhile, and hands its result to `then`.
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
