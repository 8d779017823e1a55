internal import Glibc

/// `test:speech`: something like speech, the same at every call: a voice with a falling and rising pitch drives three
/// formants through vowels, between hisses and pauses. After Klatt's cascade synthesizer, much simplified.
struct SpeechGenerator: Sendable {
    static let rate = 48_000

    /// One sound of the sentence.
    private struct Sound {
        let milliseconds: Int
        let voice: Double, hiss: Double
        /// Formants in Hz.
        let formants: InlineArray<3, Double>
    }

    /// A sentence of some 3 s, said over and over.
    private static let sentence: [Sound] = [
        Sound(milliseconds: 90, voice: 0, hiss: 1, formants: [2_500, 4_200, 5_800]),  // s
        Sound(milliseconds: 170, voice: 1, hiss: 0, formants: [730, 1_090, 2_440]),  // a
        Sound(milliseconds: 60, voice: 0, hiss: 0, formants: [500, 1_500, 2_500]),
        Sound(milliseconds: 150, voice: 1, hiss: 0, formants: [270, 2_290, 3_010]),  // i
        Sound(milliseconds: 110, voice: 0.6, hiss: 0.1, formants: [280, 1_000, 2_300]),  // m
        Sound(milliseconds: 200, voice: 1, hiss: 0, formants: [570, 840, 2_410]),  // o
        Sound(milliseconds: 120, voice: 0, hiss: 0.5, formants: [1_500, 2_500, 4_000]),  // sh
        Sound(milliseconds: 180, voice: 1, hiss: 0, formants: [530, 1_840, 2_480]),  // e
        Sound(milliseconds: 350, voice: 0, hiss: 0, formants: [500, 1_500, 2_500]),
        Sound(milliseconds: 140, voice: 1, hiss: 0, formants: [300, 870, 2_240]),  // u
        Sound(milliseconds: 80, voice: 0.3, hiss: 0.4, formants: [300, 2_000, 3_500]),  // z
        Sound(milliseconds: 260, voice: 1, hiss: 0, formants: [660, 1_720, 2_410]),  // æ
        Sound(milliseconds: 100, voice: 0.6, hiss: 0, formants: [300, 1_500, 2_500]),  // n
        Sound(milliseconds: 220, voice: 1, hiss: 0, formants: [440, 1_020, 2_240]),  // ʊ
        Sound(milliseconds: 500, voice: 0, hiss: 0, formants: [500, 1_500, 2_500]),
    ]

    private var sound = 0
    private var sampleOfSound = 0
    private var sampleOfSentence = 0
    private var phase = 0.0
    /// Periods of the voice in a sample.
    private var pitch = 0.0
    private var voice = 0.0, hiss = 0.0
    private var glottis = 0.0
    private var noise: UInt32 = 0x1234_5678
    private var resonators = InlineArray<3, Resonator>(repeating: Resonator())

    mutating func next() -> Float {
        let current = Self.sentence[sound]
        // Loudness and formants glide: a sound never begins in one sample.
        voice += (current.voice - voice) * 0.002
        hiss += (current.hiss - hiss) * 0.002
        if sampleOfSound % 48 == 0 { tune(to: current) }
        var sample = voice * pulse() + hiss * 0.03 * white()
        for index in 0..<3 { sample = resonators[index].filter(sample) }
        advance(current)
        return Float(max(-0.9, min(0.9, sample * 0.25)))
    }

    /// The voice: a train of pulses.
    private mutating func pulse() -> Double {
        phase += pitch
        var flow = 0.0
        if phase >= 1 {
            phase -= 1
            flow = 1
        }
        glottis = glottis * 0.97 + flow  // about -12 dB an octave, as a glottis has
        return glottis - 0.2
    }

    private mutating func white() -> Double {
        noise ^= noise << 13
        noise ^= noise >> 17
        noise ^= noise << 5
        return Double(noise) / Double(UInt32.max) * 2 - 1
    }

    /// What changes every millisecond: the formants; the pitch, which falls through the sentence and swings a little.
    private mutating func tune(to sound: Sound) {
        let time = Double(sampleOfSentence) / Double(Self.rate)
        pitch = (135 - 12 * time + 8 * sin(2 * .pi * 2.1 * time)) / Double(Self.rate)
        let widths: InlineArray<3, Double> = [90, 110, 170]
        for index in 0..<3 { resonators[index].glide(to: sound.formants[index], width: widths[index]) }
    }

    private mutating func advance(_ current: Sound) {
        sampleOfSound += 1
        sampleOfSentence += 1
        guard sampleOfSound == current.milliseconds * Self.rate / 1_000 else { return }
        sampleOfSound = 0
        sound = (sound + 1) % Self.sentence.count
        if sound == 0 { sampleOfSentence = 0 }
    }
}

/// A digital resonator: one formant (Klatt 1980, eq. 1).
private struct Resonator {
    private var frequency = 500.0
    private var a = 1.0, b = 0.0, c = 0.0
    private var last = 0.0, lastButOne = 0.0

    /// Moves a step towards `target` Hz.
    mutating func glide(to target: Double, width: Double) {
        frequency += (target - frequency) * 0.06
        c = -exp(-2 * .pi * width / Double(SpeechGenerator.rate))
        b =
            2 * exp(-.pi * width / Double(SpeechGenerator.rate))
            * cos(2 * .pi * frequency / Double(SpeechGenerator.rate))
        a = 1 - b - c
    }

    mutating func filter(_ input: Double) -> Double {
        let output = a * input + b * last + c * lastButOne
        (last, lastButOne) = (output, last)
        return output
    }
}
