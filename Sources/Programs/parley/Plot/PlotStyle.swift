/// The colours and letters of a call's picture, on light paper and on dark. No colour says anything alone: the legend names
/// each line, and the two of a chart differ in lightness too.
enum PlotStyle {
    static let sheet = """
        text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
        .title { font-size: 21px; font-weight: 600; }
        .facts, .label { font-size: 12.5px; }
        .label { font-weight: 600; }
        .unit { font-weight: 400; }
        .heading { font-size: 13.5px; font-weight: 600; }
        .legend, .tick, .axis { font-size: 11.5px; }
        .line { fill: none; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
        .grid { stroke-width: 1; }
        .base { stroke-width: 1.25; }
        .area { stroke: none; opacity: 0.10; }
        .freeze { stroke: none; opacity: 0.30; }

        """ + colours(light)
        + "@media (prefers-color-scheme: dark) {\n" + colours(dark) + "}\n"

    private struct Palette {
        let paper: String, ink: String, quiet: String, grid: String, base: String
        let first: String, second: String, freeze: String
    }

    private static let light = Palette(
        paper: "#ffffff", ink: "#1b2430", quiet: "#5b6777", grid: "#e8ecf1", base: "#b6c0cc", first: "#1d63d8",
        second: "#d97706", freeze: "#d1242f")
    private static let dark = Palette(
        paper: "#10151c", ink: "#e8edf3", quiet: "#9aa7b5", grid: "#222b36", base: "#465363", first: "#6aa9ff",
        second: "#f6ad55", freeze: "#ff6b6b")

    private static func colours(_ palette: Palette) -> String {
        """
        .paper { fill: \(palette.paper); }
        text, .ink { fill: \(palette.ink); }
        .quiet, .tick, .axis, .facts { fill: \(palette.quiet); }
        .grid { stroke: \(palette.grid); }
        .base { stroke: \(palette.base); }
        .line.first { stroke: \(palette.first); }
        .line.second { stroke: \(palette.second); }
        .area, .key.first, .dot.first { fill: \(palette.first); }
        .key.second, .dot.second { fill: \(palette.second); }
        .freeze, .key.stop { fill: \(palette.freeze); }

        """
    }
}
