"""How a table is to be read, as far as somebody says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """What somebody says of a table; what is left open is found by its content.

    Attributes:
        header: the line of a text, or the row of a sheet, with the names of the columns; 0: there is none.
        sheet: the name of the sheet of a workbook, or its number from 1.
        encoding: of a text, as Python knows it.
        delimiter: between the cells of a text; one sign.
        hidden: whether hidden rows of a sheet are read too.
    """

    header: int | None = None
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    hidden: bool = False


AS_IT_IS = Reading()
