import Basics
import ControlAPI
import Journal

@testable import NodeEngine

/// What a machine's disk keeps.
extension World.Machine {
    func keep(_ changes: [StateChange]) {
        stored += changes
        for change in changes {
            switch change {
            case .put(let namespace, let key, let value): rows[namespace, default: [:]][key] = value
            case .delete(let namespace, let key): rows[namespace]?[key] = nil
            }
        }
    }

    /// Entries stand one behind the other in the bundles of `tile/entries`, each behind two bytes of length.
    func keep(_ batch: JournalBatch) {
        for case .write(let path, _, let bytes) in batch.operations where path.contains("tile/entries") {
            var rest = bytes[...]
            while rest.count >= 2 {
                let byteCount = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
                if let entry = JournalEntry(parsing: Array(rest.prefix(byteCount)).rawSpan) { entries.append(entry) }
                rest = rest.dropFirst(byteCount)
            }
        }
    }

    /// The causes of the calls that ended, as the journal has them.
    var journalledCauses: [String] {
        entries.filter { $0.event == "call.end" }.compactMap { $0.fields["cause"]?.string }
    }

    /// The causes of the calls that ended, as front ends were told.
    var toldCauses: [String] {
        lines.compactMap { line in
            guard line["params"]?["type"]?.string == "call.ended" else { return nil }
            return line["params"]?["data"]?["outcome"]?.string
        }
    }
}
