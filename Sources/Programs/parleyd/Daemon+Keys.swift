import Basics
import Crypto
import Mesh
import NetworkLoop
import NodeEngine
import Platform
import Vault

/// The vault's work with the secret keys, on the disk thread.
extension Daemon {
    /// Opens the identity when that needs no person: it is unprotected, or systemd gives the passphrase.
    func unlockAtStart(then: @escaping @NetworkActor () -> Void) {
        guard let isProtected = node.isProtectedAtRest else { return then() }
        let passphrase = credential
        guard !isProtected || passphrase != nil else { return then() }
        openIdentity(for: nil, then: then) { keys, disk throws(KeyFailure) in
            try keys.unlock(passphrase: passphrase, on: &disk)
        }
    }

    private var credential: SharedSecret? {
        do throws(Passphrase.Failure) {
            guard let passphrase = try Passphrase.fromCredential(environment: environment) else { return nil }
            return SharedSecret(passphrase)
        } catch {
            Log.error("the credential with the passphrase cannot be used: \(error)")
            return nil
        }
    }

    func carryOut(_ command: KeyCommand) {
        switch command {
        case .create(let name, let passphrase, let request):
            let passphrase = held(passphrase)
            openIdentity(for: request) { () throws(KeyFailure) in
                try Self.read(passphrase)
            } opening: { passphrase, keys, disk throws(KeyFailure) in
                try keys.create(name: name, passphrase: passphrase, on: &disk)
            }
        case .unlock(let passphrase, let request):
            let passphrase = held(passphrase), credential = credential
            openIdentity(for: request) { () throws(KeyFailure) in
                try Self.read(passphrase) ?? credential
            } opening: { passphrase, keys, disk throws(KeyFailure) in
                try keys.unlock(passphrase: passphrase, on: &disk)
            }
        case .restore(let file, let passphrase, let newPassphrase, let request):
            let file = held(file), passphrase = held(passphrase), newPassphrase = held(newPassphrase)
            openIdentity(for: request) { () throws(KeyFailure) in
                guard let file, let old = try Self.read(passphrase) else { throw .system("a descriptor is missing") }
                return (try KeyKeeper.readExport(file), old, try Self.read(newPassphrase))
            } opening: { given, keys, disk throws(KeyFailure) in
                try keys.restore(given.0, passphrase: given.1, newPassphrase: given.2, on: &disk)
            }
        case .forget:
            disk.perform { disk in
                disk.state = nil
                disk.journal = nil
            } then: {
            }
        case .export(let identity, let contacts, let passphrase, let file, let request):
            export(identity, contacts, held(passphrase), held(file), request)
            descriptors.forget(file.line)
        }
    }

    private func export(
        _ identity: SharedSecret, _ contacts: [[UInt8]], _ passphrase: HeldDescriptor?, _ file: HeldDescriptor?,
        _ request: KeyRequest
    ) {
        let keys = keys
        patient.perform { () -> Result<Int, KeyFailure> in
            do throws(KeyFailure) {
                guard let file, let passphrase = try Self.read(passphrase) else {
                    throw .system("a descriptor is missing")
                }
                return .success(try keys.export(identity, contacts: contacts, passphrase: passphrase, to: file))
            } catch { return .failure(error) }
        } then: { [weak self] result in
            switch result {
            case .success(let count): self?.node.exported(count, for: request, at: KeyKeeper.moment)
            case .failure(let failure): self?.node.keysFailed(failure, for: request, at: KeyKeeper.moment)
            }
            self?.pump()
        }
    }

    /// Reads what the client gives, for which nobody else waits, and then opens the identity with it.
    private func openIdentity<Given: Sendable>(
        for request: KeyRequest?, reading: @escaping @Sendable () throws(KeyFailure) -> Given,
        opening: @escaping @Sendable (Given, KeyKeeper, inout Disk) throws(KeyFailure) -> OpenedIdentity
    ) {
        patient.perform { () -> Result<Given, KeyFailure> in
            do throws(KeyFailure) { return .success(try reading()) } catch { return .failure(error) }
        } then: { [weak self] result in
            switch result {
            case .success(let given):
                self?.openIdentity(for: request) { keys, disk throws(KeyFailure) in try opening(given, keys, &disk) }
            case .failure(let failure): self?.opened(.failure(failure), for: request)
            }
        }
    }

    /// Does `work` on the disk thread and gives the identity that it opened to the node.
    private func openIdentity(
        for request: KeyRequest?, then: @escaping @NetworkActor () -> Void = {},
        _ work: @escaping @Sendable (KeyKeeper, inout Disk) throws(KeyFailure) -> OpenedIdentity
    ) {
        let keys = keys
        disk.perform { disk -> Result<OpenedIdentity, KeyFailure> in
            do throws(KeyFailure) { return .success(try work(keys, &disk)) } catch { return .failure(error) }
        } then: { [weak self] result in
            self?.opened(result, for: request)
            then()
        }
    }

    private func opened(_ result: consuming Result<OpenedIdentity, KeyFailure>, for request: KeyRequest?) {
        switch consume result {
        case .success(let identity): node.unlocked(identity, for: request, at: KeyKeeper.moment)
        case .failure(let failure):
            if request == nil { Log.error("the identity cannot be opened: \(failure)") }
            node.keysFailed(failure, for: request, at: KeyKeeper.moment)
        }
        pump()
    }

    // MARK: Descriptors

    private func held(_ name: DescriptorOfLine?) -> HeldDescriptor? {
        guard let name, let descriptor = descriptors.take(name.index, of: name.line) else { return nil }
        return HeldDescriptor(descriptor)
    }

    /// A passphrase, up to a line feed or the end: the other end may take its time.
    private nonisolated static func read(_ held: HeldDescriptor?) throws(KeyFailure) -> SharedSecret? {
        guard let held else { return nil }
        do throws(Passphrase.Failure) { return SharedSecret(try Passphrase.read(from: held.descriptor)) } catch {
            throw .system(
                error == .late ? "the passphrase did not come in time" : "the passphrase cannot be read: \(error)")
        }
    }
}
