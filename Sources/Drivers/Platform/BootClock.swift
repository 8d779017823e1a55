public import Basics
import Glibc

/// The clock that runs on while the machine sleeps (CLOCK_BOOTTIME): the age of keys is counted on it.
public enum BootClock {
    /// This moment. Its beginning is not that of `MonotonicClock`: never compare the two.
    public static var now: Instant { Instant(nanoseconds: nanoseconds(of: CLOCK_BOOTTIME)) }

    /// The kernel's random name of this boot, 32 hexadecimal digits; nil when /proc cannot be read.
    public static let bootID: String? = {
        guard let file = try? Descriptor.open("/proc/sys/kernel/random/boot_id", O_RDONLY),
            let bytes = try? file.readAll(limit: 64)
        else { return nil }
        let digits = bytes.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "\n") }
        return digits.count == 32 ? String(decoding: digits, as: UTF8.self) : nil
    }()
}
