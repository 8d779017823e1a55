import Basics
import Foundation
import TestSupport
import Testing

/// A file of the Wycheproof project.
struct WycheproofFile<Group: Decodable>: Decodable {
    let numberOfTests: Int
    let testGroups: [Group]

    init(_ name: String) throws {
        let folder = try #require(Vectors.folder("wycheproof"))
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: folder.appendingPathComponent(name)))
    }
}

/// What Wycheproof says of a case; `acceptable` leaves the choice to us.
enum WycheproofResult: String, Decodable {
    case valid, invalid, acceptable
}

/// Bytes written in hexadecimal digits.
struct HexBytes: Decodable {
    let bytes: [UInt8]

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        bytes = try #require(Hex.decode(text))
    }
}
