import Age
import Basics
import ControlAPI
import Crypto
import Journal
import Mesh
import NodeEngine
import Platform
import Vault

/// What the disk thread does for the node.
extension Daemon {
    func store(_ changes: [StateChange], _ ticket: StoreTicket) {
        let writes = changes.map { change -> StateWrite in
            switch change {
            case .put(let namespace, let key, let value): .put(namespace: namespace, key: key, value: value)
            case .delete(let namespace, let key): .delete(namespace: namespace, key: key)
            }
        }
        disk.submit(state: writes) { [weak self] result in
            var failure: String?
            if case .failure(let error) = result { failure = "\(error)" }
            self?.node.stored(ticket, failure: failure, at: KeyKeeper.moment)
            self?.pump()
        }
    }

    func write(_ batch: JournalBatch) {
        disk.submit(journal: batch) { [weak self] id, failure in
            self?.node.journalStored(id, failure: failure, at: KeyKeeper.moment)
            self?.pump()
        }
    }

    // MARK: Reading the journal

    /// Answers a client's question about the journal as it lies on disk, while it is written.
    func read(_ command: DiskCommand, _ request: DiskRequest) {
        guard let origin = node.journalOrigin else { return }
        let folder = keys.path(of: origin)
        let storage = node.storageKey
        let target = target(of: command)
        if case .export(_, let name) = command { descriptors.forget(name.line) }
        reading.perform { _ -> Result<JSONValue, ControlError> in
            do throws(ControlError) {
                return .success(try JournalReading(folder: folder, storage: storage).carryOut(command, to: target))
            } catch { return .failure(error) }
        } then: { [weak self] result in
            self?.node.diskAnswered(request, result, at: KeyKeeper.moment)
            self?.pump()
        }
    }

    private func target(of command: DiskCommand) -> HeldDescriptor? {
        guard case .export(_, let name) = command, let descriptor = descriptors.take(name.index, of: name.line) else {
            return nil
        }
        return HeldDescriptor(descriptor)
    }
}
