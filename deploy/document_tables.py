"""Tables in documents that are computed: each stands between `<!-- name -->` and `<!-- /name -->`."""


class TableError(ValueError):
    """A table cannot be computed or placed; the message says why."""


def insert_table(document: str, name: str, rows: str) -> str:
    """The document with the rows between the markers of a name.

    Raises:
        TableError: the markers are missing or in the wrong order.

    >>> insert_table("<!-- x --> old <!-- /x -->", "x", "new")
    '<!-- x -->\\nnew\\n<!-- /x -->'
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = document.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise TableError(f"the document needs the lines {begin} and {end}, in this order")
    return f"{before}{begin}\n{rows}\n{end}{after}"
