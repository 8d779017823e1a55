import Basics
import Mesh
import Testing

@Suite struct ContactBookTests {
    @Test func aContactIsFoundByNameIDAndDevice() throws {
        let ada = Samples.contact(1, name: "Ada"), book = book(ada, Samples.contact(2, name: "Grace Hopper"))
        let id = Samples.peer(1).description
        for text in ["Ada", "ada", id, id.uppercased(), id.replacing("-", with: " ")] {
            #expect(try book.find(text)?.peer == Samples.peer(1), "\(text)")
        }
        #expect(try book.find("grace hopper")?.peer == Samples.peer(2))
        #expect(book.owner(ofDevice: ada.devices.keys[0])?.peer == Samples.peer(1))
        #expect(try book.find("nobody") == nil)
        #expect(try book.find(Samples.peer(9).description) == nil)
        #expect(try book.find("") == nil)
    }

    @Test func aMistypedIDIsNamedByItsGroup() {
        var typed = Array(Samples.peer(1).description)
        typed[17] = typed[17] == "a" ? "c" : "a"
        #expect(throws: GroupedText.Failure.mistyped(group: 2)) { try book(Samples.contact(1)).find(String(typed)) }
        typed[17] = "!"
        #expect(throws: GroupedText.Failure.strangeCharacter(group: 2)) { try book().find(String(typed)) }
    }

    @Test func namesAreUniqueInEitherCase() {
        let book = book(
            Samples.contact(1, name: "Ada"), Samples.contact(2, name: "ada"), Samples.contact(3, name: "ADA"),
            Samples.contact(4, name: ""))
        #expect(book.contacts.values.map(\.name).prefix(3) == ["Ada", "ada-2", "ADA-3"])
        #expect(book[Samples.peer(4)]?.name == String(Samples.peer(4).description.prefix(14)))
    }

    @Test func aContactKeepsItsNameWhenItIsStoredAgain() {
        var book = book(Samples.contact(1, name: "Ada"), Samples.contact(2, name: "Ada"))
        for number in [UInt8(2), 1, 2] {
            guard let contact = book[Samples.peer(number)] else { return #expect(Bool(false)) }
            _ = book.put(contact)
        }
        #expect(book.contacts.values.map(\.name) == ["Ada", "Ada-2"])
    }

    /// Else a call to Ada's id would ring at whoever goes by it.
    @Test func nobodyCanGoByTheIDOfAnother() throws {
        let id = Samples.peer(1).description
        for name in [id, id.uppercased(), id.replacing("-", with: ""), String(id.dropLast()), " \(id)\u{200B}"] {
            let book = book(Samples.contact(2, name: name), Samples.contact(1, name: "Ada"))
            #expect(book[Samples.peer(2)]?.name == String(Samples.peer(2).description.prefix(14)), "\(name)")
            #expect(try book.find(id)?.peer == Samples.peer(1))
        }
    }

    @Test func namesCannotMoveTheCursorOrHideWhatTheyAre() {
        let names = [
            "\u{1B}[2JAda\u{7}": "[2JAda", "A\u{202E}da": "Ada", "Ada\u{200B}\u{AD}": "Ada",
            " \t Ada \n Byron ": "Ada Byron",
            "A\u{0}d\r\na": "Ad a", "\u{2028}\u{FEFF}": "", "Zoë 渡辺": "Zoë 渡辺",
        ]
        for (name, shown) in names {
            let book = book(Samples.contact(1, name: name))
            let expected = shown.isEmpty ? String(Samples.peer(1).description.prefix(14)) : shown
            #expect(book[Samples.peer(1)]?.name == expected)
        }
    }

    @Test func aNameThatOnlyLooksDifferentGetsANumber() {
        let book = book(Samples.contact(1, name: "Ada"), Samples.contact(2, name: "A\u{200D}da"))
        #expect(book[Samples.peer(2)]?.name == "Ada-2")
    }

    @Test func aLongNameIsCutAndStaysUnique() {
        let name = String(repeating: "é", count: 60)
        let book = book(Samples.contact(1, name: name), Samples.contact(2, name: name))
        let names = book.contacts.values.map(\.name)
        #expect(Set(names).count == 2 && names.allSatisfy { $0.utf8.count <= Identity.longestName })
        for contact in book.contacts.values { #expect(Contact(decoding: contact.encoded)?.name == contact.name) }
    }

    @Test func aRemovedContactIsForgotten() {
        var book = book(Samples.contact(1, devices: 3))
        let keys = book[Samples.peer(1)]?.devices.keys ?? []
        let removed = book.remove(Samples.peer(1))
        #expect(removed != nil && book[Samples.peer(1)] == nil && keys.count == 3)
        #expect(keys.allSatisfy { book.owner(ofDevice: $0) == nil })
        let again = book.remove(Samples.peer(1))
        #expect(again == nil)
    }

    @Test func aDeviceThatIsGoneNamesNobody() {
        var book = book(Samples.contact(1, devices: 2))
        guard var contact = book[Samples.peer(1)] else { return #expect(Bool(false)) }
        let gone = contact.devices.keys[1]
        contact.devices.removeValue(forKey: gone)
        _ = book.put(contact)
        #expect(book.owner(ofDevice: gone) == nil)
        #expect(book.owner(ofDevice: contact.devices.keys[0])?.peer == Samples.peer(1))
    }

    @Test func thereAreCapacities() {
        var book = book(Samples.contact(1, devices: 16))
        let isTooMany = !book.put(Samples.contact(1, devices: 17))
        #expect(isTooMany && book[Samples.peer(1)]?.devices.count == 16)
        for number in 1..<ContactBook.capacity {
            let key = Bytes32((0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 * 4)) }) ?? .zero
            let contact = Contact(
                peer: PeerID(key: key), name: "n\(number)",
                device: ContactDevice(noiseStatic: key, pairing: nil, addresses: []), added: Samples.now, subject: "s")
            let isAdded = book.put(contact)
            #expect(isAdded)
        }
        let isFull = !book.put(Samples.contact(2)), isReplaced = book.put(Samples.contact(1))
        #expect(isFull && isReplaced)
    }

    private func book(_ contacts: Contact...) -> ContactBook {
        var book = ContactBook()
        for contact in contacts { _ = book.put(contact) }
        return book
    }
}
