"""Tables as the real one draws them (olekukonko/tablewriter with | as its corner)."""


def draw(header, rows):
    """The text of a table; a cell may hold several lines, a row may be shorter than the header."""
    cells = [[str(cell).split("\n") for cell in row] + [[""]] * (len(header) - len(row)) for row in rows]
    widths = [max([len(title)] + [len(part) for row in cells for part in row[i]]) for i, title in enumerate(header)]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|\n"
    text = rule + "|" + "|".join(" %s " % _middle(title, width) for title, width in zip(header, widths)) + "|\n" + rule
    for row in cells:
        for index in range(max(len(cell) for cell in row)):
            parts = [cell[index] if index < len(cell) else "" for cell in row]
            text += "|" + "|".join(" %s " % (p.rjust(w) if p.isdigit() else p.ljust(w)) for p, w in zip(parts, widths)) + "|\n"
    return text + rule


def _middle(text, width):
    left = (width - len(text)) // 2
    return " " * left + text + " " * (width - len(text) - left)
