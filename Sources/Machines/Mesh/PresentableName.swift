/// Names that others chose, made fit for a table, a log line and a terminal: a name must not move the cursor, turn the
/// direction of the line, or differ from another by something that nobody sees.
enum PresentableName {
    /// `text` without control and format characters and what else shows nothing, its white space single spaces, cut to
    /// what a name may have.
    static func make(from text: String) -> String {
        var shown = String.UnicodeScalarView()
        var isSpaceDue = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                isSpaceDue = !shown.isEmpty
            } else if isShown(scalar) {
                if isSpaceDue { shown.append(" ") }
                isSpaceDue = false
                shown.append(scalar)
            }
        }
        return String(String(shown).prefix(ofUTF8: Identity.longestName))
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.properties.isDefaultIgnorableCodePoint else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .surrogate: return false
        default: return true  // Unicode's categories, not ours
        }
    }
}
