import CShims
import Glibc

/// A thread of its own with a name, for work that may wait (disk, codecs) or must be punctual (audio).
public struct WorkerThread: Sendable {
    private let thread: pthread_t

    /// Starts a thread that runs `body` once. The name is shown by `top -H` (15 bytes of it).
    public init(_ name: String, _ body: sending @escaping () -> Void) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe parley_name_thread(start.name)
                start.body()
                return nil
            }, start)
        precondition(result == 0, "no thread could be started: error \(result)")
        self.thread = thread
    }

    /// Waits until the body has returned. Precondition: called once, from another thread.
    public func join() { pthread_join(thread, nil) }

    private final class Start {
        let name: String
        let body: () -> Void

        init(name: String, body: @escaping () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
