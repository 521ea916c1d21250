# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as text."""
import budgets


def number(value, digits=0):
    return '-' if value is None else format(value, ',.%df' % digits)


def small(value):
    """Three digits that matter."""
    if value is None:
        return '-'
    return number(value, 0 if value >= 100 else 1 if value >= 10 else 2)


def columns(rows, right):
    """Lines of aligned columns; right: which are numbers."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield '  '.join(cell.rjust(width) if i in right else cell.ljust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))).rstrip()


def ratio(cell, base, key):
    return small(cell[key] / base[key]) if base and base[key] and cell[key] is not None else ''


HEAD = ('', 'requests/s', '×', 'p50 ms', 'p99 ms', 'CPU µs', '×', 'PSS MB', 'after', 'bytes', 'errors', 'budget')


def fronts_table(groups):
    """groups: [(resource, encoding, connections, {front: cell}, {front: baseline's name})]."""
    rows, places = [HEAD], []
    for resource, encoding, connections, cells, baselines in groups:
        places.append((len(rows), '%s  %s, %s, %d connection%s' % (
            resource.name, resource.path, encoding, connections, '' if connections == 1 else 's')))
        for front, cell in cells.items():
            base = cells.get(baselines[front])
            rows.append((
                '  ' + front, number(cell['rps']), ratio(cell, base, 'rps'), small(cell['p50'] / 1e3),
                small(cell['p99'] / 1e3), small(cell['cpu']), ratio(cell, base, 'cpu'),
                small(cell['pss_before']), small(cell['pss_after']), number(cell['wire']), number(cell['errors']),
                '  '.join([verdict.short for verdict in cell['verdicts']] + cell['faults'][:1])))
    lines = list(columns(rows, range(1, 11)))
    titles = dict(places)
    for i, line in enumerate(lines):
        if i in titles:
            yield titles[i]
        yield line


GROWTH_LINES = (  # key, title, how
    ('markdown', 'Markdown, MB', small),
    ('image_size', 'image, MB', small),
    ('compose_ready', 'start composing: listening, ms', small),
    ('compose_answer', '  first answer, ms', small),
    ('image_ready', 'start from an image: listening, ms', small),
    ('image_answer', '  first answer, ms', small),
    ('pss_start', 'PSS after start, MB', small),
    ('pages', 'pages read once', number),
    ('pss_read', '  PSS, MB', small),
    ('load', 'load on all pages, requests/s', number),
    ('pss_load', '  PSS, MB', small),
    ('load_failed', '  failed', number),
    ('reload', 'reload of one post, ms', small),
    ('p99_calm', 'readers, p99 without a reload, ms', small),
    ('p99_during', '  during reloads, ms', small),
    ('p99_ratio', '  ×', small),
    ('most_calm', '  slowest without, ms', small),
    ('most_during', '  slowest during, ms', small),
    ('reload_failed', '  failed', number),
    ('pss_reload', 'PSS after reloads, MB', small),
    ('index_time', 'full-text index from nothing, s', small),
    ('index_size', '  on disk, MB', small),
    ('query_p50', 'a search that nobody asked before, p50, ms', small),
    ('query_p99', '  p99, ms', small),
    ('pss_search', '  memory that searching added, MB', small),
)


def growth_table(growth):
    rows = [('', *(cell for row in growth for cell in (number(row['posts']) + ' posts', '')))]
    verdicts = [budgets.of_growth(row) for row in growth]
    for key, title, how in GROWTH_LINES:
        cells = [title]
        for row, held in zip(growth, verdicts):
            value = row.get(key)
            if key == 'p99_ratio' and row.get('p99_calm'):
                value = row['p99_during'] / row['p99_calm']
            cells += [how(value), held[key].short if key in held else '']
        rows.append(tuple(cells))
    yield from columns(rows, range(1, 1 + 2 * len(growth), 2))
    for row in growth:
        for fault in row['faults']:
            yield '%s posts: %s' % (number(row['posts']), fault)


def summary_table(verdicts):
    rows = [('budget', 'limit', 'worst', 'within', '', 'where')]
    for what, worst, within, count in budgets.summary(verdicts):
        rows.append((what, '%s %g%s' % (worst.sense, worst.limit, worst.unit), small(worst.figure),
                     '%d of %d' % (within, count), 'ok' if within == count else 'OVER', worst.where))
    return columns(rows, (2, 3))
