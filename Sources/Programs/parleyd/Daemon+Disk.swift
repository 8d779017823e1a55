import Age
import Basics
import ControlAPI
import Crypto
import Journal
import Mesh
import NetworkLoop
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
        let target = target(of: command)
        guard let origin = node.journalOrigin else {
            return node.diskAnswered(request, .failure(ControlError(.notReady)), at: KeyKeeper.moment)
        }
        let reading = JournalReading(folder: keys.path(of: origin), storage: node.storageKey)
        let work = { @Sendable () -> Result<JSONValue, ControlError> in
            do throws(ControlError) { return .success(try reading.carryOut(command, to: target)) } catch {
                return .failure(error)
            }
        }
        let then: @NetworkActor @Sendable (consuming Result<JSONValue, ControlError>) -> Void = { [weak self] result in
            self?.node.diskAnswered(request, result, at: KeyKeeper.moment)
            self?.pump()
        }
        switch command {
        case .verify, .query: self.reading.perform({ _ in work() }, then: then)
        case .export: patient.perform(work, then: then)
        }
    }

    /// What an export is written to; of its line nothing else is needed any more.
    private func target(of command: DiskCommand) -> HeldDescriptor? {
        guard case .export(_, let name) = command else { return nil }
        defer { descriptors.forget(name.line) }
        guard let descriptor = descriptors.take(name.index, of: name.line) else { return nil }
        return HeldDescriptor(descriptor)
    }
}
