"""A grid of braille dots: two by four a cell, each cell in the colour of what was drawn last."""

# Unicode numbers the dots of a braille cell by columns, with the lowest row added later.
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


class Canvas:
    """``columns`` by ``rows`` cells; dot (0, 0) is the top left one."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self._bits = [[0] * columns for _ in range(rows)]
        self._layers: list[list[str]] = [[""] * columns for _ in range(rows)]
        self._marks: dict[tuple[int, int], tuple[str, str]] = {}

    @property
    def width(self) -> int:
        """Dots in a row."""
        return 2 * self.columns

    @property
    def height(self) -> int:
        """Dots in a column."""
        return 4 * self.rows

    def dot(self, x: int, y: int, layer: str) -> None:
        """Set a dot; one outside the canvas is left out."""
        if 0 <= x < self.width and 0 <= y < self.height:
            row, column = y // 4, x // 2
            if self._layers[row][column] != layer:  # a cell has one colour: the later curve's
                self._layers[row][column], self._bits[row][column] = layer, 0
            self._bits[row][column] |= _BITS[y % 4][x % 2]

    def line(self, x0: int, y0: int, x1: int, y1: int, layer: str) -> None:
        """Set the dots of a straight line, both ends with it."""
        down = 1 if y1 >= y0 else -1
        if x0 == x1:
            self._column(x0, y0, y1, layer)
        elif abs(x1 - x0) == 1:  # as nearly all lines of a dense curve
            half = y0 + down * (abs(y1 - y0) // 2)
            self._column(x0, y0, half, layer)
            self._column(x1, half + down if y0 != y1 else y1, y1, layer)
        else:
            self._slope(x0, y0, x1, y1, layer)

    def _slope(self, x0: int, y0: int, x1: int, y1: int, layer: str) -> None:
        steps = max(abs(x1 - x0), abs(y1 - y0))
        for step in range(steps + 1):
            x = x0 + round((x1 - x0) * step / steps)
            y = y0 + round((y1 - y0) * step / steps)
            self.dot(x, y, layer)

    def _column(self, x: int, y0: int, y1: int, layer: str) -> None:
        """Set the dots from one row to another, cell by cell."""
        low, high = max(0, min(y0, y1)), min(self.height - 1, max(y0, y1))
        if not 0 <= x < self.width:
            return
        column, side = x // 2, x % 2
        for row in range(low // 4, high // 4 + 1):
            if self._layers[row][column] != layer:
                self._layers[row][column], self._bits[row][column] = layer, 0
            for y in range(max(low, 4 * row), min(high, 4 * row + 3) + 1):
                self._bits[row][column] |= _BITS[y % 4][side]

    def mark(self, x: int, y: int, character: str, layer: str) -> None:
        """Put a character over the cell of a dot."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self._marks[(y // 4, x // 2)] = (character, layer)

    def cell(self, row: int, column: int) -> tuple[str, str]:
        """The cell's character and layer; a space without a layer where nothing was drawn."""
        marked = self._marks.get((row, column))
        if marked is not None:
            return marked
        bits = self._bits[row][column]
        return (chr(0x2800 + bits), self._layers[row][column]) if bits else (" ", "")
