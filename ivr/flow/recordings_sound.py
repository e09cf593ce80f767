"""Sound files as telephones want them: mono, 8 or 16 kHz, neither clipped nor silent, no longer than anybody listens."""

import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

MOST_BYTES = 2_000_000  # Plivo and Twilio take 10 MB and more; a caller waits while they fetch it
SHORTEST_S, LONGEST_S = 0.1, 30.0

_PCM, _MU_LAW = 1, 7
_RATES = (8_000, 16_000)
_FULL = 32_700
_CLIPPED_SHARE = 0.001
_SILENT_RMS = 100.0  # of 32,768: about -50 dB

# MPEG audio, layer III (ISO/IEC 11172-3, 13818-3): kbit/s by bits 15-12 of a frame's header, Hz by bits 11-10.
_BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_LAYER_3 = 1
_HEADER = 4


def sound_faults(ending: str, data: bytes) -> Iterator[str]:
    """What keeps this `.wav` or `.mp3` from being played on a phone; each says what to do."""
    if len(data) > MOST_BYTES:
        yield f"it is larger than {MOST_BYTES // 1_000_000} MB; save it as mono with 8 kHz"
    elif ending == ".wav":
        yield from _wav_faults(data)
    else:
        yield from _length_faults(_mp3_seconds(data), "this is no MP3; save it again, or as WAV")


def _length_faults(seconds: float, none: str) -> Iterator[str]:
    if not seconds:
        yield none
    elif not SHORTEST_S <= seconds <= LONGEST_S:
        yield f"it lasts {seconds:.1f} seconds; {LONGEST_S:.0f} at most, and something must be said"


@dataclass(frozen=True, slots=True)
class _Wav:
    encoding: int
    channels: int
    rate: int
    bits: int
    sound: bytes

    def samples(self) -> "array[int]":
        """16-bit samples, whichever way they are written."""
        if self.encoding == _MU_LAW:
            return array("h", [_EXPANDED[byte] for byte in self.sound])
        samples = array("h", self.sound[: len(self.sound) // 2 * 2])
        if sys.byteorder == "big":
            samples.byteswap()
        return samples


def _expand(byte: int) -> int:
    """ITU-T G.711, mu-law to linear."""
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + 132 << ((byte & 0x70) >> 4)) - 132
    return -magnitude if byte & 0x80 else magnitude


_EXPANDED = tuple(map(_expand, range(256)))


def _wav_faults(data: bytes) -> Iterator[str]:
    wav = _read_wav(data)
    if wav is None:
        yield "this is no WAV; save it as WAV, mono, 8 or 16 kHz, 16 bit"
    elif (wav.encoding, wav.bits) not in {(_PCM, 16), (_MU_LAW, 8)}:
        yield "it is neither 16 bit nor mu-law; save it as WAV with 16 bit (signed PCM)"
    elif wav.channels != 1:
        yield "it has more than one channel; save it as mono"
    elif wav.rate not in _RATES:
        yield f"it has {wav.rate} samples a second; save it with 8000 or 16000, for a phone carries no more"
    else:
        samples = wav.samples()
        yield from _length_faults(len(samples) / wav.rate, "nothing is in it; record it again")
        yield from _loudness_faults(samples)


def _loudness_faults(samples: "array[int]") -> Iterator[str]:
    if not samples:
        return
    if sqrt(sum(sample * sample for sample in samples) / len(samples)) < _SILENT_RMS:
        yield "it is all but silent; record it again, nearer to the microphone"
    elif sum(1 for sample in samples if not -_FULL < sample < _FULL) > len(samples) * _CLIPPED_SHARE:
        yield "it is clipped, so that it crackles; record it again, less loud"


def _read_wav(data: bytes) -> _Wav | None:
    """RIFF by its chunks; Python's own `wave` knows no mu-law."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        chunks.setdefault(data[at : at + 4], data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    form, sound = chunks.get(b"fmt ", b""), chunks.get(b"data")
    if len(form) < 16 or sound is None:
        return None
    encoding, channels, rate, bits = (int.from_bytes(form[a:b], "little") for a, b in ((0, 2), (2, 4), (4, 8), (14, 16)))
    return _Wav(encoding, channels, rate, bits, sound)


def _mp3_seconds(data: bytes) -> float:
    """How long its frames last, one after another; 0 when it is no MP3."""
    at, seconds = _after_tag(data), 0.0
    while frame := _frame(data[at : at + _HEADER]):
        length, lasts = frame
        at += length
        seconds += lasts
    whole = at >= len(data) or data[at : at + 3] == b"TAG" or not any(data[at:])
    return seconds if whole else 0.0


def _after_tag(data: bytes) -> int:
    """Where the sound begins: after an ID3v2 tag, whose length has seven bits to a byte."""
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))


def _frame(header: bytes) -> tuple[int, float] | None:
    """(bytes, seconds) of the frame with this header; None when it is none."""
    if len(header) < _HEADER or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer, rate, hertz, padding = header[1] >> 3 & 3, header[1] >> 1 & 3, header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version not in _SAMPLE_RATES or layer != _LAYER_3 or rate in (0, 15) or hertz == 3:
        return None
    samples, bitrates = (1152, _BITRATES_1) if version == 3 else (576, _BITRATES_2)
    per_second = _SAMPLE_RATES[version][hertz]
    return samples // 8 * bitrates[rate] * 1000 // per_second + padding, samples / per_second
