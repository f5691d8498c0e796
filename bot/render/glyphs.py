"""Which characters the typesetter's fonts can show, and what stands in for the others."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import manimgx_fonts
import manimgx_fonts_cjk
import typst

#: The built-in fonts show these without asking: Latin, Greek, Cyrillic and their punctuation.
_SURE = re.compile(r"[\t\n\u0020-\u024f\u0370-\u0373\u0386-\u03ce\u0400-\u045f\u2010-\u2027\u2030-\u203a\u20ac]")
#: Joins or changes its neighbours and shows nothing itself.
_SILENT = re.compile(r"[\u200b-\u200f\u2028\u2029\ufe00-\ufe0f\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
#: No font has this character: what is drawn for it is what is drawn for any that is missing.
_NOWHERE = "\U0010fffd"
_GLYPH = re.compile(r'<use[^>]*?href="#([^"]+)"|<image')
_SOURCE = b"""#set page(width: auto, height: auto, margin: 0pt)
#set text(font: "Libertinus Serif")
#for c in json(bytes(sys.inputs.characters)) { block(box(text(c))) }"""


#: The Noto fonts come with us as packages (SIL Open Font License), so that no script needs the system's.
BUNDLED = tuple(Path(str(package.__file__)).parent for package in (manimgx_fonts, manimgx_fonts_cjk))


class Fonts:
    """The fonts documents are set in: those that come with us, those in `folders`, and those of the system."""

    def __init__(self, folders: Iterable[Path] = (), *, system: bool = True) -> None:
        """With `system` false a document looks the same everywhere."""
        self.options: dict[str, Any] = {
            "font_paths": [str(folder) for folder in (*BUNDLED, *folders)],
            "ignore_system_fonts": not system,
        }
        self._can_show = lru_cache(maxsize=20_000)(self._look_up)

    def missing(self, text: str) -> frozenset[str]:
        """The characters of the text that no font here can show."""
        doubtful = {c for c in set(text) if not _SURE.match(c) and not _SILENT.match(c)}
        if not doubtful:
            return frozenset()
        return self._can_show("".join(sorted(doubtful)))

    def name_of(self, character: str) -> str:
        """What a character is called, for where it can't be shown."""
        return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"

    def replaced(self, text: str, missing: frozenset[str]) -> str:
        """The text with missing characters named, and the marks that would have joined them left out."""
        if not missing.isdisjoint(text):
            text = "".join(self.name_of(c) if c in missing else c for c in text)
            text = re.sub("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]", "", text)
        return text

    def _look_up(self, characters: str) -> frozenset[str]:
        # One block a character; the drawn glyph of each is compared with that of a character nobody has.
        asked = [_NOWHERE, *characters]
        drawn = typst.compile(_SOURCE, format="svg", sys_inputs={"characters": json.dumps(asked)}, **self.options)
        pages = drawn if isinstance(drawn, list) else [drawn]
        glyphs = [match[1] for page in pages for match in _GLYPH.finditer(page.decode().split("<defs")[0])]
        if len(glyphs) != len(asked):
            # Some take several glyphs or none: ask for each by itself.
            return frozenset(c for c in characters if self._alone(c))
        return frozenset(c for c, glyph in zip(characters, glyphs[1:], strict=True) if glyph == glyphs[0])

    def _alone(self, character: str) -> bool:
        drawn = typst.compile(
            _SOURCE,
            format="svg",
            sys_inputs={"characters": json.dumps([_NOWHERE, character])},
            **self.options,
        )
        glyphs = [match[1] for match in _GLYPH.finditer(drawn.decode().split("<defs")[0])]
        return len(glyphs) == 2 and glyphs[0] == glyphs[1]
