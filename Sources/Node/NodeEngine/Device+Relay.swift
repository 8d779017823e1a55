internal import Basics
internal import Mesh
internal import Paths

/// A daemon to which a relay is the only way out (`ice.policy: relay`, PROTOCOL §4).
extension Device {
    /// So many contacts are told of a new address of ours.
    private static var mostTold: Int { 32 }

    /// The relay has given us an address, perhaps another one than before: whoever knows us is to learn it, since the old
    /// one leads nowhere any more.
    mutating func relayed(_ context: inout Context) {
        for link in links.values { link.paths.networkChanged(at: context.now) }
        permit(&context)
        var count = 0
        for contact in contacts.contacts.values where !contact.isBlocked && !hasSession(with: contact.peer) {
            for device in contact.devices.values where !device.addresses.isEmpty && count < Self.mostTold {
                count += 1
                let link = link(to: device.noiseStatic, &context)
                link.peer = contact.peer
                _ = begin(link, at: device.addresses, isUrgent: false, &context)
            }
        }
    }

    /// Contacts may come from where they were last, though nothing was sent there yet; others cannot.
    mutating func permitContacts(_ context: inout Context) {
        guard settings.icePolicy == .relay, changes.contains(where: \.isOfContactsOrInvites) else { return }
        permit(&context)
    }

    private func permit(_ context: inout Context) {
        let devices = contacts.contacts.values.filter { !$0.isBlocked }.flatMap { $0.devices.values }
        let newest = devices.compactMap { $0.addresses.first?.ip }
        context.emit(.permit(newest + devices.flatMap { $0.addresses.map(\.ip) }))
    }
}
