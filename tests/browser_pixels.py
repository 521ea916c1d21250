# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as numbers: PNG as chromium writes it, and how much two of them differ."""
import struct
import zlib


def decode(data):
    """(width, height, [bytes of RGB, a row]) of a PNG with 8 bits a channel, RGB or RGBA."""
    at, packed, width, height, channels = 8, b'', 0, 0, 0
    while at < len(data):
        length, kind = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b'IHDR':
            width, height, depth, colour, _, _, interlaced = struct.unpack('>IIBBBBB', body)
            if depth != 8 or colour not in (2, 6) or interlaced:
                raise ValueError('PNG of depth %d, colour type %d, interlace %d' % (depth, colour, interlaced))
            channels = 4 if colour == 6 else 3
        elif kind == b'IDAT':
            packed += body
        at += 12 + length
    raw, stride, rows, above = zlib.decompress(packed), width * channels, [], bytearray(width * channels)
    for row in range(height):
        begin = row * (stride + 1)
        line = bytearray(raw[begin + 1:begin + 1 + stride])
        unfilter(raw[begin], line, above, channels)
        above = line
        if channels == 3:
            rows.append(bytes(line))
        else:
            plain = bytearray(width * 3)
            for channel in range(3):
                plain[channel::3] = line[channel::4]
            rows.append(bytes(plain))
    return width, height, rows


def unfilter(kind, line, above, step):
    if kind == 1:
        for i in range(step, len(line)):
            line[i] = (line[i] + line[i - step]) & 255
    elif kind == 2:
        for i, up in enumerate(above):
            line[i] = (line[i] + up) & 255
    elif kind == 3:
        for i, up in enumerate(above):
            line[i] = (line[i] + ((line[i - step] if i >= step else 0) + up >> 1)) & 255
    elif kind == 4:
        for i, up in enumerate(above):
            left, corner = (line[i - step], above[i - step]) if i >= step else (0, 0)
            guess = left + up - corner
            far = (abs(guess - left), abs(guess - up), abs(guess - corner))
            line[i] = (line[i] + (left if far[0] <= far[1] and far[0] <= far[2] else up if far[1] <= far[2] else corner)) & 255


def luminance(rgb):
    parts = [value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def changed(before, after, ratio):
    """How many pixels differ by that contrast between two pictures of one size."""
    known, count = {}, 0
    for old, new in zip(decode(before)[2], decode(after)[2]):
        if old == new:
            continue
        for i in range(0, len(old), 3):
            pair = (old[i:i + 3], new[i:i + 3])
            if pair[0] != pair[1]:
                if pair not in known:
                    known[pair] = contrast(*pair) >= ratio
                count += known[pair]
    return count


def common(data):
    """The most frequent colour of a picture, (r, g, b)."""
    counts = {}
    for row in decode(data)[2]:
        for i in range(0, len(row), 3):
            counts[row[i:i + 3]] = counts.get(row[i:i + 3], 0) + 1
    return tuple(max(counts, key=counts.get))
