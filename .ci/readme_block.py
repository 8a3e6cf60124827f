"""Print the n-th `sh` block of README.md, so that CI runs exactly what the README tells people to run.

Usage: python .ci/readme_block.py NUMBER    (from 1; NUMBER 2 is the test command)
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def sh_blocks(markdown: str) -> list[str]:
    """Return the contents of the fenced blocks marked `sh`, in order."""
    return re.findall(r"^```sh\n(.*?)^```$", markdown, flags=re.MULTILINE | re.DOTALL)


def main() -> None:
    """Print the block that was asked for, or say that there is none."""
    number = int(sys.argv[1])
    blocks = sh_blocks(README.read_text(encoding="utf-8"))
    if len(blocks) < number:
        sys.exit(f"README.md has {len(blocks)} `sh` blocks, but block {number} is one of its promises")
    print(blocks[number - 1], end="")


if __name__ == "__main__":
    main()
