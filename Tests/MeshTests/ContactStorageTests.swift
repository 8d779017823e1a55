import Basics
import Crypto
import Mesh
import Testing

@Suite struct ContactStorageTests {
    @Test func aContactSurvivesTheStore() throws {
        for devices in [1, 2, 16] {
            var contact = Samples.contact(7, name: "Zoë", devices: devices)
            contact.isBlocked = devices == 2
            let read = try #require(Contact(decoding: contact.encoded))
            #expect(read.peer == contact.peer && read.name == contact.name && read.isBlocked == contact.isBlocked)
            #expect(read.added == contact.added && read.subject == contact.subject)
            #expect(read.devices.keys == contact.devices.keys)
            for (key, device) in contact.devices {
                #expect(read.devices[key]?.addresses == device.addresses)
                let isSame = device.pairing?.bytes.withBytes {
                    read.devices[key]?.pairing?.bytes.isEqual(to: $0) == true
                }
                #expect(isSame ?? (read.devices[key]?.pairing == nil))
            }
        }
    }

    @Test func theAddressThatWorkedLastComesFirst() {
        var device = ContactDevice(noiseStatic: .zero, pairing: nil, addresses: [])
        for number in 0..<12 { device.learned(Samples.address("192.0.2.\(number):1")) }
        #expect(device.addresses.count == ContactDevice.mostAddresses)
        #expect(device.addresses.first == Samples.address("192.0.2.11:1"))
        device.learned(Samples.address("192.0.2.8:1"))
        device.learned(Samples.address("192.0.2.8:1"))
        #expect(device.addresses.prefix(2) == [Samples.address("192.0.2.8:1"), Samples.address("192.0.2.11:1")])
        #expect(Set(device.addresses).count == device.addresses.count)
    }

    @Test func addressesThatAreNoneAreLeftOut() throws {
        var fields = try #require(try CBORValue(decoding: Samples.contact(7).encoded).map)
        guard var device = fields[6]?.array?.first?.map else { return #expect(Bool(false)) }
        device[3] = ["example.org:1", 5, "192.0.2.1:4500", "192.0.2.1", ""]
        fields[6] = [.map(device)]
        let read = try #require(Contact(decoding: CBORValue.map(fields).encoded))
        #expect(read.devices.values.first?.addresses == [Samples.address("192.0.2.1:4500")])
    }
}
