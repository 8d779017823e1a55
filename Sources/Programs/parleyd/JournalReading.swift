import Age
import Basics
import ControlAPI
import Crypto
import Journal
import Mesh
import NodeEngine
import Platform
import Vault

/// Reads a journal from its folder for a client.
struct JournalReading {
    let folder: String
    /// Opens what is personal and can still be opened.
    let storage: SharedSecret?

    /// A long log is read in parts: it need not fit into memory.
    private static let entriesAtOnce = 1000

    func carryOut(_ command: DiskCommand, to target: HeldDescriptor?) throws(ControlError) -> JSONValue {
        let reader: JournalFolder
        do throws(JournalReadFailure) { reader = try JournalFolder(at: folder) } catch {
            throw ControlError(.storageFailed, "\(error.path): \(error.reason)")
        }
        switch command {
        case .verify: return verify(reader)
        case .query(let query): return try find(query, reader)
        case .export(let query, _): return try export(query, reader, to: target)
        }
    }

    private func verify(_ reader: JournalFolder) -> JSONValue {
        do throws(VerificationFailure) {
            var options = JournalVerifier.Options()
            options.now = WallClock.now
            return try JournalVerifier.verify(reader, options).json
        } catch {
            return [
                "ok": false, "kind": .string(error.kind.name), "detail": .string(String(error.reason.prefix(1024))),
            ]
        }
    }

    private func entries(_ query: JournalQuery, _ reader: JournalFolder) throws(ControlError) -> [StoredEntry] {
        do throws(VerificationFailure) {
            guard let storage else { return try query.entries(in: reader) }
            return try query.entries(in: reader, openedBy: AgeIdentity(storage.bytes.copy()))
        } catch { throw ControlError(.journalBroken, error.reason) }
    }

    private func find(_ query: JournalQuery, _ reader: JournalFolder) throws(ControlError) -> JSONValue {
        let found = try entries(query, reader)
        let next = found.count == query.limit ? found.last.map { JSONValue($0.entry.sequence + 1) } : nil
        return JSONValue(members: [
            "entries": .array(found.compactMap { try? JSONValue(parsing: $0.line.rawSpan) }), "next": next,
        ])
    }

    private func export(
        _ query: JournalQuery, _ reader: JournalFolder, to target: HeldDescriptor?
    ) throws(ControlError) -> JSONValue {
        guard let target else { throw ControlError(.invalidParams, "the descriptor is missing", subject: "fd") }
        var query = query, count = 0, byteCount = 0
        query.limit = Self.entriesAtOnce
        while true {
            let found = try entries(query, reader)
            let lines = JournalQuery.export(found)
            do throws(SystemError) { try target.descriptor.writeAll(lines.rawSpan) } catch {
                throw ControlError(error.isNoSpace ? .diskFull : .storageFailed, "\(error)")
            }
            count += found.count
            byteCount += lines.count
            guard found.count == query.limit, let last = found.last else { break }
            query.firstSequence = last.entry.sequence + 1
        }
        return ["entries": JSONValue(count), "bytes": JSONValue(byteCount)]
    }
}
