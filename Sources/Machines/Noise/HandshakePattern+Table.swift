extension HandshakePattern {
    /// The patterns of the Noise paper by name: one-way (§7.4), fundamental (§7.5) and deferred (§18.1). What stands
    /// before the dots is known beforehand.
    static let table: [String: HandshakePattern] = parse(
        """
        N:                    <- s  ...  -> e, es
        K:              -> s  <- s  ...  -> e, es, ss
        X:                    <- s  ...  -> e, es, s, ss

        NN:                              -> e            <- e, ee
        NK:                   <- s  ...  -> e, es        <- e, ee
        NX:                              -> e            <- e, ee, s, es
        XN:                              -> e            <- e, ee             -> s, se
        XK:                   <- s  ...  -> e, es        <- e, ee             -> s, se
        XX:                              -> e            <- e, ee, s, es      -> s, se
        KN:             -> s        ...  -> e            <- e, ee, se
        KK:             -> s  <- s  ...  -> e, es, ss    <- e, ee, se
        KX:             -> s        ...  -> e            <- e, ee, se, s, es
        IN:                              -> e, s         <- e, ee, se
        IK:                   <- s  ...  -> e, es, s, ss <- e, ee, se
        IX:                              -> e, s         <- e, ee, se, s, es

        NK1:                  <- s  ...  -> e            <- e, ee, es
        NX1:                             -> e            <- e, ee, s          -> es
        X1N:                             -> e            <- e, ee             -> s          <- se
        X1K:                  <- s  ...  -> e, es        <- e, ee             -> s          <- se
        XK1:                  <- s  ...  -> e            <- e, ee, es         -> s, se
        X1K1:                 <- s  ...  -> e            <- e, ee, es         -> s          <- se
        X1X:                             -> e            <- e, ee, s, es      -> s          <- se
        XX1:                             -> e            <- e, ee, s          -> es, s, se
        X1X1:                            -> e            <- e, ee, s          -> es, s      <- se
        K1N:            -> s        ...  -> e            <- e, ee             -> se
        K1K:            -> s  <- s  ...  -> e, es        <- e, ee             -> se
        KK1:            -> s  <- s  ...  -> e            <- e, ee, se, es
        K1K1:           -> s  <- s  ...  -> e            <- e, ee, es         -> se
        K1X:            -> s        ...  -> e            <- e, ee, s, es      -> se
        KX1:            -> s        ...  -> e            <- e, ee, se, s      -> es
        K1X1:           -> s        ...  -> e            <- e, ee, s          -> se, es
        I1N:                             -> e, s         <- e, ee             -> se
        I1K:                  <- s  ...  -> e, es, s     <- e, ee             -> se
        IK1:                  <- s  ...  -> e, s         <- e, ee, se, es
        I1K1:                 <- s  ...  -> e, s         <- e, ee, es         -> se
        I1X:                             -> e, s         <- e, ee, s, es      -> se
        IX1:                             -> e, s         <- e, ee, se, s      -> es
        I1X1:                            -> e, s         <- e, ee, s          -> se, es
        """)

    private static func parse(_ table: String) -> [String: HandshakePattern] {
        let lines = table.split(separator: "\n").map { $0.split { " :,".contains($0) } }
        return Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), HandshakePattern(words: $0)) })
    }

    /// A line of the table, in words: the name, then an arrow before each list of tokens.
    private init(words: [Substring]) {
        let dots = words.firstIndex(of: "...") ?? 0
        var known: [Substring: [Token]] = [:]
        var messages: [[Token]] = []
        for (index, word) in words.enumerated().dropFirst() where index != dots {
            switch (Token(word), index < dots) {
            case (let token?, true): known[words[index - 1], default: []].append(token)
            case (let token?, false): messages[messages.count - 1].append(token)
            case (nil, true): break
            case (nil, false): messages.append([])
            }
        }
        self.init(
            name: String(words[0]), initiatorPreMessage: known["->"] ?? [], responderPreMessage: known["<-"] ?? [],
            messages: messages)
    }
}
