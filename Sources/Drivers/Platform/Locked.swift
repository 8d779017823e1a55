import Glibc

/// A value that one thread at a time may use.
///
/// It is a pthread mutex, since the thread sanitizer knows that one: `Synchronization.Mutex` gives false reports
/// wherever it is not inlined. Never held across a call that can wait.
@safe
public final class Locked<Value>: @unchecked Sendable {  // the mutex owns the value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    /// Guards `value`.
    public init(_ value: sending Value) {
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Lends the value while no other thread has it.
    public func withLock<R, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
