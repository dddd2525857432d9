"""An SVG plot of synthesis time by size."""

__all__ = ["plot"]

WIDTH, HEIGHT, LEFT, BOTTOM, GAP = 320, 200, 50, 40, 30


def plot(grown: dict[str, dict[int, float]]) -> str:
    """Return one panel per kind: seconds over number."""
    panels = [
        _panel(what, by, index * (WIDTH + GAP)) for index, (what, by) in enumerate(grown.items())
    ]
    width = len(panels) * (WIDTH + GAP)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT + 10}" '
            'font-family="sans-serif" font-size="11">',
            f'<rect width="{width}" height="{HEIGHT + 10}" fill="white"/>',
            *panels,
            "</svg>",
            "",
        ]
    )


def _panel(what: str, by: dict[int, float], at: int) -> str:
    most, longest = max(by), max(by.values())

    def place(count: float, seconds: float) -> tuple[float, float]:
        x = at + LEFT + count / most * (WIDTH - LEFT - 20)
        return x, HEIGHT - BOTTOM - seconds / longest * (HEIGHT - BOTTOM - 30)

    zero, right, top = place(0, 0), place(most, 0), place(0, longest)
    points = [place(count, seconds) for count, seconds in by.items()]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    lines = [
        f'<path d="M{zero[0]:.1f} {top[1]:.1f} V{zero[1]:.1f} H{right[0]:.1f}" '
        'fill="none" stroke="gray"/>',
        f'<polyline points="{line}" fill="none" stroke="#2563eb" stroke-width="2"/>',
        f'<text x="{zero[0]:.1f}" y="16">seconds, by {what}</text>',
    ]
    for (count, seconds), (x, y) in zip(by.items(), points, strict=True):
        lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#2563eb"/>')
        lines.append(
            f'<text x="{x:.1f}" y="{zero[1] + 16:.1f}" text-anchor="middle">{count}</text>'
        )
        lines.append(f'<text x="{x:.1f}" y="{y - 7:.1f}" text-anchor="middle">{seconds:.2f}</text>')
    return "\n".join(lines)
