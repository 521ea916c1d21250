# SPDX-License-Identifier: GPL-3.0-or-later
"""What Octavo promises (the budgets that HACKING.md names), each held against a measured figure."""
import dataclasses

RUST_SEARCH = 23000  # the same, a search, on its 20 posts
RUST_POST = 8200  # requests/s of the program that Octavo replaces, behind nginx: recorded, not run here


@dataclasses.dataclass(frozen=True)
class Verdict:
    what: str     # the promise, the same for all its figures
    where: str    # which figure
    figure: float
    sense: str    # '≥' or '≤'
    limit: float
    unit: str

    @property
    def ok(self):
        return self.figure >= self.limit if self.sense == '≥' else self.figure <= self.limit

    @property
    def short(self):
        return '%s %s%g%s' % ('ok' if self.ok else 'OVER', self.sense, self.limit, self.unit)

    @property
    def badness(self):
        """Above 1 when the promise is broken; the larger, the worse."""
        if self.sense == '≤':
            return self.figure / self.limit if self.limit else self.figure + (self.figure > 0)
        return self.limit / self.figure if self.figure else float('inf')


def of_cell(front, resource, encoding, connections, cell, base):
    """Verdicts on one line of the first table; base: the line that it is compared with, or None."""
    where = '%s/%s/%s/c%d' % (front, resource.name, encoding, connections)
    found = []
    if base and base['rps'] and cell['rps']:
        rate, cpu = cell['rps'] / base['rps'], cell['cpu'] / base['cpu'] if base['cpu'] else 0
        if front == 'nginx-octavo' and resource.status == 200:
            found.append(Verdict('shipped nginx conf: requests/s × static file', where, rate, '≥', 0.95, '×'))
        if front == 'nginx-octavo-nocache' and resource.status == 200:
            found.append(Verdict('microcache off: requests/s × static file', where, rate, '≥', 0.55, '×'))
            found.append(Verdict('microcache off: CPU a request × static file', where, cpu, '≤', 2.3, '×cpu'))
        if front == 'caddy-octavo':
            found.append(Verdict('Caddy: requests/s × bare responder', where, rate, '≥', 0.95, '×'))
    if (front, resource.name, encoding, connections) == ('nginx-octavo-nocache', 'post', 'identity', 50):
        found.append(Verdict('microcache off, a post: requests/s × the Rust program (recorded)', where,
                             cell['rps'] / RUST_POST, '≥', 5, '×rust'))
    if front == 'nginx-octavo-nocache' and resource.name == 'search' and (encoding, connections) == ('identity', 50):
        found.append(Verdict('microcache off, a search: requests/s × the Rust program (recorded)', where,
                             cell['rps'] / RUST_SEARCH, '≥', 1, '×rust'))
    return found


# (key of the figure, posts, promise, limit, unit)
GROWTH = (
    ('compose_answer', 20, 'ready after start, composing', 15, 'ms'),
    ('compose_answer', 10000, 'ready after start, composing', 1000, 'ms'),
    ('image_answer', 20, 'ready after start, from an image', 6, 'ms'),
    ('image_answer', 10000, 'ready after start, from an image', 40, 'ms'),
    ('pss_load', 20, 'memory, warm', 6, 'MB'),
    ('pss_read', 10000, 'memory after every page was read once', 100, 'MB'),
    ('reload', 10000, 'reload that changes one post', 500, 'ms'),
    ('p99_ratio', 10000, 'p99 during a reload × without', 2, '×'),
    ('query_p99', 1000, 'a query that nobody asked before, p99', 1, 'ms'),
    ('reload_failed', 10000, 'requests that failed during a reload', 0, ''),
)


def of_growth(row):
    """{key of a figure: Verdict} for one size."""
    figures = dict(row)
    if row.get('p99_calm'):
        figures['p99_ratio'] = row['p99_during'] / row['p99_calm']
    found = {}
    for key, posts, what, limit, unit in GROWTH:
        if row['posts'] == posts and figures.get(key) is not None:
            found[key] = Verdict('%s (%s posts)' % (what, format(posts, ',')), key, figures[key], '≤', limit, unit)
    return found


def summary(verdicts):
    """One line a promise: the worst figure, and how many are within."""
    groups = {}
    for verdict in verdicts:
        groups.setdefault(verdict.what, []).append(verdict)
    for what, group in groups.items():
        worst = max(group, key=lambda verdict: verdict.badness)
        yield what, worst, sum(verdict.ok for verdict in group), len(group)
