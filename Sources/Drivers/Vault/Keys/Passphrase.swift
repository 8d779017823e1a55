public import Crypto
internal import Glibc
public import Platform

/// Where a passphrase comes from when nobody is there to type it. It never leaves locked memory.
public enum Passphrase {
    /// Bytes in the longest passphrase.
    public static let maximumByteCount = 1024

    /// Why a passphrase could not be read.
    public enum Failure: Error, Hashable, Sendable {
        /// There is not one byte before the line feed or the end.
        case empty
        /// It has more than `maximumByteCount` bytes.
        case tooLong
        /// It did not come in time.
        case late
        /// The system refused.
        case system(SystemError)
    }

    /// The systemd credential `parley.passphrase` (systemd.exec(5), `LoadCredential=`); nil when there is none.
    public static func fromCredential(environment: [String: String]) throws(Failure) -> SecretBytes? {
        guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else { return nil }
        let file: Descriptor
        do throws(SystemError) {
            file = try Descriptor.open("\(folder)/parley.passphrase", O_RDONLY)
        } catch {
            if error.isAbsent { return nil }
            throw .system(error)
        }
        return try read(from: file)
    }

    /// Reads up to a line feed, which is consumed and is not part of it, or the end. Waits if need be: a person may type
    /// it, and who says nothing must not hold up others for ever.
    public static func read(
        from file: borrowing Descriptor, patience: Duration = .seconds(60)
    ) throws(Failure) -> SecretBytes {
        let text: SecretBytes
        do throws(SystemError) {
            text = try SecretBytes.read(file, upTo: UInt8(ascii: "\n"), limit: maximumByteCount, patience: patience)
        } catch {
            switch error.code {
            case EFBIG: throw .tooLong
            case ETIMEDOUT: throw .late
            default: throw .system(error)
            }
        }
        guard text.byteCount > 0 else { throw .empty }
        return text
    }
}
