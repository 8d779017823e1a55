#!/usr/bin/env python3
"""Prints the storage key of an opened identity export as an age identity, which opens the keys of sidecars.

    parley id export id.age
    age -d id.age | python3 storage-key.py > storage-key.txt
    age -d -i storage-key.txt keys/KID.age | xxd -p -c 32
"""
import sys

CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"  # BIP 173


def checksum(values):
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> bit & 1:
                remainder ^= generator
    return remainder


def bech32(prefix, data):
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    words = [int(bits[start:start + 5], 2) for start in range(0, len(bits), 5)]
    expanded = [ord(character) >> 5 for character in prefix] + [0] + [ord(character) & 31 for character in prefix]
    check = checksum(expanded + words + [0] * 6) ^ 1
    words += [check >> 5 * (5 - index) & 31 for index in range(6)]
    return prefix + "1" + "".join(CHARACTERS[word] for word in words)


export = sys.stdin.buffer.read()
# CBOR: a map whose member 1 is a byte string: version, six keys of 32 bytes, name. The fifth is the storage key.
length_bytes = {0x58: 1, 0x59: 2}.get(export[2]) if len(export) > 200 and export[1] == 1 else None
if length_bytes is None or export[3 + length_bytes] != 1:
    sys.exit("this is no identity export of a version that is known here")
start = 3 + length_bytes + 1 + 4 * 32
print(bech32("age-secret-key-", export[start:start + 32]).upper())
