import Foundation
import FoundationXML

/// An XML document as a tree, read by a parser that is not ours.
final class XMLTree {
    let name: String
    let attributes: [String: String]
    /// All text inside, that of elements inside included.
    private(set) var text = ""
    private(set) var children: [XMLTree] = []

    /// An attribute that must be a number.
    func number(_ name: String) -> Double { attributes[name].flatMap { Double($0) } ?? .nan }

    /// Every element below with this name, and this class among its own when one is given.
    func all(_ name: String, _ kind: String? = nil) -> [XMLTree] {
        children.flatMap { child in
            let isMeant = child.name == name && (kind.map { child.kinds.contains($0) } ?? true)
            return (isMeant ? [child] : []) + child.all(name, kind)
        }
    }

    private var kinds: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }

    private init(_ name: String, _ attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    /// The root of a document; throws what the parser says when it is not well-formed.
    static func parse(_ document: String) throws -> XMLTree {
        let reader = Reader(), parser = XMLParser(data: Data(document.utf8))
        parser.delegate = reader
        guard parser.parse(), let root = reader.root else {
            throw parser.parserError ?? CocoaError(.fileReadCorruptFile)
        }
        return root
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var root: XMLTree?
        private var open: [XMLTree] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            let element = XMLTree(name, attributes)
            open.last?.children.append(element)
            root = root ?? element
            open.append(element)
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) { for element in open { element.text += text } }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) { open.removeLast() }
    }
}
