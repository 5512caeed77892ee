"""Tables in Markdown, and the pages that they are written into."""

import os


class NoPlace(Exception):
    """A page does not say where a table belongs."""


def table(head, rows):
    """A table whose first column is words, and all others numbers."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def place(page, name, text):
    """Puts the text between `<!-- name… -->` and `<!-- /name -->`, whole or not at all."""
    with open(page, encoding="utf-8") as file:
        lines = file.readlines()
    begins = [at for at, line in enumerate(lines) if line.startswith(f"<!-- {name}")]
    ends = [at for at, line in enumerate(lines) if line.startswith(f"<!-- /{name} ")]
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        raise NoPlace(f"{page}: there should be one <!-- {name} --> and after it one <!-- /{name} -->")
    whole = lines[: begins[0] + 1] + [text.rstrip("\n") + "\n"] + lines[ends[0] :]
    with open(page + ".part", "w", encoding="utf-8") as file:
        file.writelines(whole)
    os.replace(page + ".part", page)


def short(number):
    """Three digits that count."""
    if number == 0:
        return "0"
    digits = max(0, 2 - int(f"{number:e}".split("e")[1]))
    return f"{number:.{digits}f}" if digits < 4 else f"{number:.2g}"


def seconds(number):
    """A time with its unit."""
    for scale, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if number * scale >= 1:
            return f"{short(number * scale)} {unit}"
    return f"{short(number * 1e9)} ns"


def times(rival, ours):
    """How many times ours fits into the rival's."""
    ratio = rival / ours
    return f"{float(f'{ratio:.3g}'):,.0f}×".replace(",", " ") if ratio >= 20 else f"{ratio:.1f}×"
