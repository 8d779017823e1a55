import CQREncode

/// A QR code as text: two rows of modules in one line of half blocks, light on dark terminals as on light ones.
enum QRCode {
    /// The lines of the code of `text`; nil when it is too long. With `colours` it is right whatever the terminal's are.
    static func lines(of text: String, colours: Bool) -> [String]? {
        guard let code = unsafe QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 0) else { return nil }
        defer { unsafe QRcode_free(code) }
        let width = unsafe Int(code.pointee.width)
        func isDark(_ row: Int, _ column: Int) -> Bool {
            guard (0..<width).contains(row), (0..<width).contains(column) else { return false }
            return unsafe code.pointee.data[row * width + column] & 1 == 1
        }
        // ISO/IEC 18004 §5.3.8 asks for a quiet zone of four modules. White is drawn, black is left out, so that a
        // terminal that writes light on dark shows the right one; explicit colours make it so everywhere.
        let quiet = 4
        return stride(from: -quiet, to: width + quiet, by: 2).map { row in
            let blocks = (-quiet..<width + quiet).map { column in
                switch (isDark(row, column), isDark(row + 1, column)) {
                case (false, false): "█"
                case (false, true): "▀"
                case (true, false): "▄"
                case (true, true): " "
                }
            }
            return colours ? "\u{1B}[37;40m\(blocks.joined())\u{1B}[0m" : blocks.joined()
        }
    }
}
