"""`make evals`: conversations, lies and attacks on the whole sample shop, offline; ends with 1 when
a figure misses its bar.
"""

import os
import sys
from collections.abc import Iterable

from evals import named_models
from evals.all_evals import all_material, run_everything
from evals.conversation_files import read_talks
from evals.eval_rows import problems_of, table_of


def main() -> int:
    rows = []
    for row in run_everything(all_material()):
        rows.append(row)
        tell(table_of([row]))

    tell(problems_of(rows))
    tell(compare_models())
    return int(not all(row.is_met for row in rows))


def compare_models() -> Iterable[str]:
    contenders = named_models.read_contenders(os.environ)
    if not contenders:
        return [f"\n{named_models.NOT_RUN}"]
    compared = named_models.compare(contenders, read_talks())
    return named_models.side_by_side(compared)


def tell(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
