import Basics
import Crypto

extension SecretBytes {
    /// A secret with the value of a text.
    init(_ text: String) { self.init(copying: Array(text.utf8).rawSpan) }

    /// A key of 32 equal bytes.
    static func key(_ byte: UInt8) -> SecretBytes { SecretBytes(copying: [UInt8](repeating: byte, count: 32).rawSpan) }

    /// Its value, for comparing.
    var exposed: [UInt8] { withBytes { [UInt8]($0) } }
}
