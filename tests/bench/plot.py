# SPDX-License-Identifier: GPL-3.0-or-later
"""Growth as a drawing: time on the left, memory on the right, posts along a logarithmic axis."""
import math
from xml.sax.saxutils import escape

import table

PANELS = (  # title, unit, ((key, label, colour), …)
    ('Time', 'ms', (('compose_answer', 'start, composing', 'a'), ('reload', 'reload of one post', 'b'),
                    ('image_answer', 'start from an image', 'c'))),
    ('Memory (PSS)', 'MB', (('pss_load', 'after load', 'a'), ('pss_read', 'every page read once', 'b'),
                            ('pss_start', 'after start', 'c'))),
)
STYLE = '''
  text { font: 13px system-ui, sans-serif; fill: #333 }
  .title { font-size: 15px; font-weight: 600; fill: #111 }
  .grid { stroke: #ddd } .axis { stroke: #888 }
  polyline { fill: none; stroke-width: 2 }
  .a { stroke: #b3261e } .b { stroke: #1f5fa8 } .c { stroke: #2e7d32 }
  circle { stroke-width: 2; fill: #fff } .paper { fill: #fff }
  text.a { fill: #b3261e; stroke: none } text.b { fill: #1f5fa8; stroke: none } text.c { fill: #2e7d32; stroke: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #ccc } .title { fill: #eee } .grid { stroke: #333 } .axis { stroke: #888 }
    .a { stroke: #ff8a80 } .b { stroke: #82b1ff } .c { stroke: #81c784 }
    circle, .paper { fill: #16181c }
    text.a { fill: #ff8a80 } text.b { fill: #82b1ff } text.c { fill: #81c784 }
  }
'''
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, INNER, GAP = 900, 400, 64, 48, 52, 340, 116


def label(value):
    return format(value, ',g') if value >= 1 else '%g' % value


def decades(low, high):
    return range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)


def panel(left, title, unit, lines, growth):
    values = [row[key] for row in growth for key, _, _ in lines if row.get(key)]
    if not values:
        return
    powers = list(decades(min(values), max(values)))
    if len(powers) == 1:
        powers.append(powers[0] + 1)
    posts = [row['posts'] for row in growth]
    low, high = math.log10(min(posts)), math.log10(max(posts))
    bottom = HEIGHT - BOTTOM

    def x(count):
        return left + 24 + (INNER - 48) * ((math.log10(count) - low) / (high - low) if high > low else 0.5)

    def y(value):
        return bottom - (bottom - TOP) * (math.log10(value) - powers[0]) / (powers[-1] - powers[0])

    yield '<text class="title" x="%d" y="%d">%s, %s</text>' % (left, TOP - 24, escape(title), unit)
    for power in powers:
        at = y(10 ** power)
        yield '<line class="grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/>' % (left, left + INNER, at, at)
        yield '<text x="%d" y="%.1f" text-anchor="end">%s</text>' % (left - 8, at + 4, label(10 ** power))
    yield '<line class="axis" x1="%d" x2="%d" y1="%d" y2="%d"/>' % (left, left + INNER, bottom, bottom)
    for count in posts:
        yield '<line class="axis" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/>' % (x(count), x(count), bottom, bottom + 5)
        yield '<text x="%.1f" y="%d" text-anchor="middle">%s</text>' % (x(count), bottom + 20, label(count))
    yield '<text x="%d" y="%d" text-anchor="middle">posts</text>' % (left + INNER / 2, bottom + 40)
    labels = []
    for key, name, colour in lines:
        points = [(x(row['posts']), y(row[key]), row[key]) for row in growth if row.get(key)]
        if not points:
            continue
        yield '<polyline class="%s" points="%s"/>' % (colour, ' '.join('%.1f,%.1f' % point[:2] for point in points))
        for px, py, value in points:
            yield '<circle class="%s" cx="%.1f" cy="%.1f" r="3.5"><title>%s: %s %s</title></circle>' % (
                colour, px, py, escape(name), table.small(value), unit)
        labels.append((points[-1][1], points[-1][2], name, colour))
    # The names stand in a legend, in the order of the lines' ends; the last values beside those.
    taken = []
    for py, value, name, colour in sorted(labels):
        while any(abs(py - other) < 15 for other in taken):
            py += 1
        taken.append(py)
        yield '<text class="%s" x="%.1f" y="%.1f">%s</text>' % (colour, x(posts[-1]) + 10, py + 4, table.small(value))
    for i, (_, _, name, colour) in enumerate(sorted(labels)):
        yield '<line class="%s" stroke-width="2" x1="%d" x2="%d" y1="%d" y2="%d"/>' % (
            colour, left + 12, left + 32, TOP + 14 + 18 * i, TOP + 14 + 18 * i)
        yield '<text class="%s" x="%d" y="%d">%s</text>' % (colour, left + 38, TOP + 18 + 18 * i, escape(name))


def svg(growth):
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">'
           % (WIDTH, HEIGHT, WIDTH, HEIGHT),
           '<!-- SPDX-License-Identifier: GPL-3.0-or-later; made by tests/bench/run with the option plot -->',
           '<title>What Octavo costs as a site grows</title>', '<style>%s</style>' % STYLE,
           '<rect class="paper" width="%d" height="%d"/>' % (WIDTH, HEIGHT)]
    for i, (title, unit, lines) in enumerate(PANELS):
        out += panel(LEFT + i * (INNER + GAP), title, unit, lines, growth)
    return '\n'.join(out + ['</svg>', ''])
