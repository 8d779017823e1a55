import Age
import Basics
import Crypto
import Mesh
import NodeEngine
import Platform
import Vault

/// The identity leaves and comes as an age file under a passphrase, which `age -d` opens as well.
///
/// Inside: a CBOR map of 1 the secrets as in the key file, and 2 the contacts as in the state store.
extension KeyKeeper {
    /// Files of this size at most are read: 4,096 contacts fit.
    private static let longestFile = 16 << 20
    /// How long whoever sends it may take.
    private static let patience: Duration = .seconds(60)

    /// Writes the export; answers its length.
    func export(
        _ identity: SharedSecret, contacts: [[UInt8]], passphrase: SharedSecret, to file: HeldDescriptor
    ) throws(KeyFailure) -> Int {
        var random = SeededRandom(seed: SystemEntropy.seed())
        let content = CBORValue.map([
            1: identity.bytes.withBytes { .bytes($0) }, 2: .array(contacts.map { .bytes($0) }),
        ])
        guard var encryptor = AgeEncryptor(passphrase: passphrase.bytes, using: &random) else {
            throw .system("there is not enough memory for the passphrase's key")
        }
        let sealed = encryptor.update(content.encoded)
        let whole = sealed + encryptor.finish()
        do throws(SystemError) { try file.descriptor.writeAll(whole.rawSpan) } catch { throw .system("\(error)") }
        return whole.count
    }

    /// All bytes of an export.
    static func readExport(_ file: HeldDescriptor) throws(KeyFailure) -> [UInt8] {
        do throws(SystemError) { return try file.descriptor.readAll(limit: longestFile, patience: patience) } catch {
            throw .system("\(error)")
        }
    }

    /// Takes over an export, and opens it here.
    func restore(
        _ bytes: [UInt8], passphrase: SharedSecret, newPassphrase: SharedSecret?, on disk: inout Disk
    ) throws(KeyFailure) -> OpenedIdentity {
        let content: [UInt8]
        do throws(AgeError) { content = try AgeFile.open(bytes, passphrase: passphrase.bytes.copy()) } catch {
            throw KeyFailure(error)
        }
        var rules = CBORReadingRules()
        rules.maximumItems = 8192
        guard let fields = try? CBORValue(decoding: content, by: rules).map, let secret = fields[1]?.bytes,
            let identity = Identity(decoding: SecretBytes(copying: secret.rawSpan))
        else { throw .noExport("the file opens with this passphrase, but holds no identity") }
        let contacts = (fields[2]?.array ?? []).compactMap(\.bytes)
        try keep(identity, passphrase: newPassphrase)
        return try open(identity, isProtected: newPassphrase != nil, importing: contacts, on: &disk)
    }
}

extension KeyFailure {
    /// Why a file is not taken for an export.
    fileprivate init(_ error: AgeError) {
        switch error {
        case .noMatch: self = .wrongPassphrase
        case .header, .armor: self = .noExport("the file is no whole age file, and every export is one")
        case .headerMAC, .payload: self = .noExport("the export was changed, or cut short")
        }
    }

    /// What the key file at `path` said.
    init(_ error: KeyFileError, at path: String) {
        switch error {
        case .absent: self = .absent
        case .exists: self = .exists
        case .needsPassphrase: self = .needsPassphrase
        case .wrongPassphrase: self = .wrongPassphrase
        case .malformed: self = .malformed("the key file is damaged")
        case .exposed(let mode):
            self = .exposed(
                "\(path) holds keys without a passphrase, and its mode, 0\(String(mode, radix: 8)), lets others at "
                    + "them: chmod 600 \(path)")
        case .noMemory: self = .system("there is not enough memory for the passphrase's key")
        case .system(let error): self = .system("\(error)")
        }
    }
}
