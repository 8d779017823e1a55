/// Reading for those who judge: what cannot be read cannot be believed.
extension JournalReader {
    /// The bytes of a file; nil when there is none.
    func file(_ path: String) throws(VerificationFailure) -> [UInt8]? {
        do throws(JournalReadFailure) { return try bytes(of: path) } catch { throw VerificationFailure(error) }
    }

    /// The names in a folder; nil when there is none.
    func folder(_ path: String) throws(VerificationFailure) -> [String]? {
        do throws(JournalReadFailure) { return try names(in: path) } catch { throw VerificationFailure(error) }
    }

    /// Every file below a folder, sorted.
    func files(below folder: String) throws(VerificationFailure) -> [String] {
        do throws(JournalReadFailure) { return try paths(below: folder) } catch { throw VerificationFailure(error) }
    }

    /// The bytes of all files below a folder.
    func byteCount(below folder: String) throws(VerificationFailure) -> Int {
        var sum = 0
        for path in try files(below: folder) {
            do throws(JournalReadFailure) {
                sum += try byteCount(of: path) ?? 0
            } catch {
                throw VerificationFailure(error)
            }
        }
        return sum
    }
}

extension VerificationFailure {
    fileprivate init(_ failure: JournalReadFailure) {
        self.init(.unreadable, "\(failure.path) cannot be read: \(failure.reason)")
    }
}
