"""An SVG plot of seconds by size, with a panel for each kind of size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

__all__ = ["Panel", "plot_panels"]

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, GAP = 320, 220, 44, 40, 44, 30
COLUMNS = 3
COLOURS = ("#2563eb", "#d97706", "#059669")


class Panel(NamedTuple):
    """One panel: seconds by number, in one or several series."""

    name: str
    """What is counted, for example ``environments``."""

    title: str

    series: Mapping[str, Mapping[int, float]]
    """The seconds by number, by the label of the series. All series have the same numbers."""

    @property
    def counts(self) -> tuple[int, ...]:
        """The numbers, in ascending order."""
        return tuple(sorted({count for by in self.series.values() for count in by}))


def plot_panels(panels: Sequence[Panel]) -> str:
    """Return the panels in rows of three."""
    rows = -(-len(panels) // COLUMNS)
    width, height = min(len(panels), COLUMNS) * (WIDTH + GAP), rows * (HEIGHT + GAP)
    drawn = [
        f'<g transform="translate({index % COLUMNS * (WIDTH + GAP)} '
        f'{index // COLUMNS * (HEIGHT + GAP)})">\n{_panel(panel)}\n</g>'
        for index, panel in enumerate(panels)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            'font-family="sans-serif" font-size="11">',
            f'<rect width="{width}" height="{height}" fill="white"/>',
            *drawn,
            "</svg>",
            "",
        ]
    )


def _panel(panel: Panel) -> str:
    most = max(panel.counts)
    longest = max(seconds for by in panel.series.values() for seconds in by.values()) or 1

    def place(count: float, seconds: float) -> tuple[float, float]:
        x = LEFT + count / most * (WIDTH - LEFT - 30)
        return x, HEIGHT - BOTTOM - seconds / longest * (HEIGHT - BOTTOM - TOP)

    zero, right, top = place(0, 0), place(most, 0), place(0, longest)
    lines = [
        f'<text x="{LEFT}" y="14" font-weight="bold">{panel.title}</text>',
        f'<path d="M{zero[0]:.1f} {top[1]:.1f} V{zero[1]:.1f} H{right[0]:.1f}" '
        'fill="none" stroke="gray"/>',
        f'<text x="{LEFT - 5}" y="{top[1] + 4:.1f}" text-anchor="end">{longest:.2g} s</text>',
        f'<text x="{LEFT - 5}" y="{zero[1] + 4:.1f}" text-anchor="end">0</text>',
    ]
    ends = [0.0]
    for count in panel.counts:
        x, _ = place(count, 0)
        lines.append(f'<path d="M{x:.1f} {zero[1]:.1f} v4" stroke="gray"/>')
        # A label that would cover the one before is omitted; the table has all numbers.
        if x - 3.5 * len(f"{count:,}") > ends[-1] + 3:
            lines.append(_text(x, zero[1] + 16, f"{count:,}"))
            ends.append(x + 3.5 * len(f"{count:,}"))
    for number, (label, by) in enumerate(panel.series.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = [place(count, seconds) for count, seconds in sorted(by.items())]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        lines.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        last = f"{by[max(by)]:.2f} s"
        x, y = points[-1]
        lines.append(f'<text x="{x:.1f}" y="{y - 7:.1f}" text-anchor="end">{last}</text>')
        if label:
            at = LEFT + 110 * number
            lines.append(f'<rect x="{at}" y="21" width="10" height="3" fill="{colour}"/>')
            lines.append(f'<text x="{at + 14}" y="26">{label}</text>')
    return "\n".join(lines)


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{text}</text>'
