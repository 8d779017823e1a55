import Basics
import ControlAPI
import Glibc
import Platform
import Synchronization

/// Takes Ctrl-C and the request to stop as things that happen, not as the end of the process, while it lives. There is
/// one at a time.
final class SignalWatch {
    /// Where the handler writes the number of the signal: the only thing that is safe to do there (signal-safety(7)).
    private static let writing = Atomic<Int32>(-1)
    /// Readable when a signal has come.
    let descriptor: Descriptor

    /// From here on SIGINT, SIGTERM and SIGHUP wait to be asked for.
    init() throws(Failure) {
        do throws(SystemError) {
            let pipe = try Pipe()
            try pipe.reading.makeNonblocking()
            descriptor = try pipe.reading.duplicate()
            Self.writing.store(try pipe.writing.duplicate().release(), ordering: .sequentiallyConsistent)
        } catch {
            throw Failure(.inputOutput, "io", "\(error)")
        }
        var watched = sigset_t()
        unsafe sigemptyset(&watched)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            unsafe sigaddset(&watched, number)
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                unsafe write(SignalWatch.writing.load(ordering: .sequentiallyConsistent), &byte, 1)
            }
        }
        // Who reads us may go before the call ends: that is told by the write, not by our death.
        signal(SIGPIPE, SIG_IGN)
        // Whoever started us may have had them blocked.
        unsafe pthread_sigmask(SIG_UNBLOCK, &watched, nil)
    }

    deinit {
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { signal(number, SIG_DFL) }
        _ = Descriptor(owning: Self.writing.exchange(-1, ordering: .sequentiallyConsistent))
    }

    /// The number of a signal that came; nil when none did.
    func next() -> Int32? {
        var bytes: [UInt8] = [0]
        var span = bytes.mutableRawSpan
        guard (try? descriptor.read(into: &span)) == 1 else { return nil }
        return Int32(bytes[0])
    }
}
