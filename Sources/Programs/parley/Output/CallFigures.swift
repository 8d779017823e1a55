import Basics

/// The figures of a call, as `call.stats` and the closing object have them, in words for people. Of pictures there is a
/// word only when the call carries some.
struct CallFigures {
    private let figures: JSONValue
    private var audio: JSONValue? { figures["audio"] }
    private var video: JSONValue? { figures["video"] }

    init(_ figures: JSONValue) { self.figures = figures }

    /// Seconds since media could flow.
    var duration: Double { figures["duration_s"]?.double ?? 0 }

    /// Whether there was a picture in either direction.
    var hasPictures: Bool { ["sent", "received", "shown"].contains { count(video, $0) > 0 } }

    /// `640x360`, as received last; nil before the first picture.
    var size: String? { Self.size(video?["width"], video?["height"]) }

    private static func size(_ width: JSONValue?, _ height: JSONValue?) -> String? {
        guard let width = width?.int, let height = height?.int, width > 0, height > 0 else { return nil }
        return "\(width)x\(height)"
    }

    private func count(_ part: JSONValue?, _ name: String) -> Int { max(0, part?[name]?.int ?? 0) }

    // MARK: Lines

    /// The path and its round trip; nil when there never was one.
    var path: String? {
        guard let path = figures["path"] else { return nil }
        let trip = path["rtt_ms"].map { ", round trip \(Table.words($0)) ms" } ?? ""
        return "\(Table.words(path["kind"]))\(trip)"
    }

    /// All that went over the network.
    var network: String {
        let bytes = figures["bytes"]
        func text(_ name: String) -> String {
            let count = Double(self.count(bytes, name))
            return count < 1e6 ? "\(Table.decimal(count / 1e3)) kB" : "\(Table.decimal(count / 1e6)) MB"
        }
        return "\(text("sent")) sent, \(text("received")) received"
    }

    /// How long sound waits and how loud it is; nil when neither is known.
    var soundNow: String? {
        let delay = audio?["delay_ms"]?.double.map { "\(Table.decimal($0, digits: 0)) ms in the jitter buffer" }
        let level = audio?["level_db"]?.double.map { "level \(Table.decimal($0, digits: 0)) dB" }
        let parts = [delay, level].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// What became of the sound.
    var sound: String {
        let recovered = count(audio, "recovered")
        let mended = recovered > 0 ? " (\(recovered) of them made again from later ones)" : ""
        return "\(Table.words(audio?["sent"])) packets sent, \(Table.words(audio?["received"])) received, "
            + "\(Table.words(audio?["lost"])) lost\(mended), \(Table.words(audio?["concealed_ms"])) ms concealed"
    }

    /// What became of the pictures, in a few lines; none without pictures.
    var pictures: [String] {
        guard hasPictures else { return [] }
        guard isReceivingPictures else { return ["\(sent), none received"] }
        let received = count(video, "received"), shown = count(video, "shown")
        let rate = duration > 0 ? " (\(Table.decimal(Double(shown) / duration)) a second over the whole call)" : ""
        let frames = "\(received) received\(size.map { " at \($0)" } ?? ""), \(shown) shown\(rate)"
        return [sent, frames, smoothness, loss].compactMap(\.self)
    }

    /// Whether the other side's pictures come.
    var isReceivingPictures: Bool { count(video, "received") + count(video, "shown") > 0 }

    /// Our pictures.
    var sent: String {
        let sent = count(video, "sent"), late = count(video, "late")
        let size = Self.size(video?["sent_width"], video?["sent_height"]).map { " at \($0)" } ?? ""
        let left = late > 0 ? " (\(late) more left out, the next being due)" : ""
        return sent == 0 ? "none sent" : "\(sent) sent\(size)\(left)"
    }

    /// Freezes, and how well pictures and sound go together.
    private var smoothness: String {
        let dropped = count(video, "dropped")
        return [freezes, dropped > 0 ? "\(dropped) could not be shown" : nil, lag].compactMap(\.self)
            .joined(separator: ", ")
    }

    /// How often the picture stood still.
    var freezeCount: String {
        let freezes = count(video, "freezes")
        return freezes == 0 ? "no freezes" : freezes == 1 ? "1 freeze" : "\(freezes) freezes"
    }

    /// The same, and for how long.
    private var freezes: String {
        let seconds = (video?["freeze_ms"]?.double ?? 0) / 1000
        return freezeCount + (count(video, "freezes") > 0 ? " of \(Table.decimal(seconds)) s in all" : "")
    }

    /// How far pictures are shown from their sound; nil while that is not known.
    var lag: String? {
        guard let lag = video?["lag_ms"]?.double else { return nil }
        let size = Table.decimal(lag.magnitude, digits: 0)
        return size == "0" ? "shown with their sound" : "shown \(size) ms \(lag > 0 ? "after" : "before") their sound"
    }

    /// How many packets of pictures were missing, and how many of them for good; nil when none were received.
    private var loss: String? {
        let packets = PacketLoss(figures)
        guard packets.expected > 0 else { return nil }
        return
            "\(packets.missing) of \(packets.expected) packets missing (\(Table.decimal(packets.missingPercent)) %), "
            + "\(packets.lost) after repair (\(Table.decimal(packets.lostPercent)) %)"
    }
}
