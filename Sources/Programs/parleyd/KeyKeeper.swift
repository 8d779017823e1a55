import Age
import Basics
import Crypto
import Journal
import Mesh
import NodeEngine
import Platform
import Vault

/// Makes, opens, exports and takes over the identity, with all that it seals. Everything here runs on the disk thread:
/// Argon2id takes its time, and so does a disk.
struct KeyKeeper: Sendable {
    let paths: HomePaths
    /// Names this run of the daemon in the journal.
    let boot: UInt64

    // MARK: Making and opening

    func create(
        name: String, passphrase: SharedSecret?, on disk: inout Disk
    ) throws(KeyFailure) -> OpenedIdentity {
        var random = SeededRandom(seed: SystemEntropy.seed())
        let identity = Identity.create(name: name, using: &random)
        try keep(identity, passphrase: passphrase)
        return try open(identity, isProtected: passphrase != nil, importing: [], on: &disk)
    }

    func unlock(passphrase: SharedSecret?, on disk: inout Disk) throws(KeyFailure) -> OpenedIdentity {
        let secret: SecretBytes
        let isProtected: Bool
        do throws(KeyFileError) {
            isProtected = try KeyFile.isProtected(paths.keyFile)
            secret = try KeyFile.read(paths.keyFile, passphrase: passphrase?.bytes.copy())
        } catch { throw KeyFailure(error, at: paths.keyFile) }
        guard let identity = Identity(decoding: secret) else { throw .malformed("the key file holds no identity") }
        return try open(identity, isProtected: isProtected, importing: [], on: &disk)
    }

    func keep(_ identity: borrowing Identity, passphrase: SharedSecret?) throws(KeyFailure) {
        let secret = identity.encoded
        do throws(KeyFileError) {
            if let passphrase {
                let protection = KeyFile.Protection.passphrase(passphrase.bytes.copy())
                try KeyFile.write(secret, to: paths.keyFile, protection: protection)
            } else {
                try KeyFile.write(secret, to: paths.keyFile, protection: .none)
            }
        } catch { throw KeyFailure(error, at: paths.keyFile) }
    }

    /// Opens the state store and the journal with the identity's keys.
    func open(
        _ identity: consuming Identity, isProtected: Bool, importing contacts: [[UInt8]], on disk: inout Disk
    ) throws(KeyFailure) -> OpenedIdentity {
        try keepPublic(identity)
        let key = identity.storage.withBytes {
            HKDF<SHA256>.derive(
                salt: [UInt8]().rawSpan, inputKeyMaterial: $0, info: Array("parley/1 state store".utf8).rawSpan,
                byteCount: 32)
        }
        var rows: [String: [OpenedIdentity.Row]] = [:]
        do throws(StateStoreError) {
            let store = try StateStore(at: paths.stateStore, key: key)
            for table in OpenedIdentity.tables {
                rows[table] = try store.list(table).map { OpenedIdentity.Row(key: $0.key, value: $0.value) }
            }
            disk.state = store
        } catch { throw .system("\(error)") }
        let journal = try openJournal(identity, on: &disk)
        return OpenedIdentity(
            identity: identity, isProtected: isProtected, rows: rows, journal: journal, importedContacts: contacts)
    }

    /// Id and name lie open beside the sealed keys, so that a locked daemon can say whose it is.
    private func keepPublic(_ identity: borrowing Identity) throws(KeyFailure) {
        let known: JSONValue = ["peer": .string(identity.peer.description), "name": .string(identity.name)]
        do throws(SystemError) { try WholeFile.write(known.encoded().rawSpan, to: paths.identity) } catch {
            throw .system("\(error)")
        }
    }

    /// What is known of the identity without its keys; nil when there is none.
    func publicIdentity() throws(KeyFailure) -> (PublicIdentity, isProtected: Bool)? {
        let isProtected: Bool
        do throws(KeyFileError) { isProtected = try KeyFile.isProtected(paths.keyFile) } catch {
            if error == .absent { return nil }
            throw KeyFailure(error, at: paths.keyFile)
        }
        let bytes: [UInt8]?
        do throws(SystemError) { bytes = try WholeFile.read(paths.identity) } catch { throw .system("\(error)") }
        guard let bytes, let known = try? JSONValue(parsing: bytes.rawSpan), let text = known["peer"]?.string,
            let peer = try? PeerID(text: text), let name = known["name"]?.string
        else { throw .malformed("\(paths.identity) is not what this daemon wrote") }
        return (PublicIdentity(peer: peer, name: name), isProtected)
    }
}
