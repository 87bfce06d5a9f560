"""``settledesk kb schema``: JSON Schemas of the files of a base, so that an editor completes and marks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.authoring import refuse
from bot.commands.printing import write, write_json
from knowledge.fields import suggestion
from knowledge.shapes import NAMES, files_of, schema


def schema_command(
    name: Annotated[str | None, typer.Argument(help="Such as causes; all when it is left out.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write NAME.schema.json files into.")] = None,
) -> None:
    """JSON Schemas of the YAML files and of articles' front matter, for editors."""
    if name is not None and name not in NAMES:
        refuse(f"there is no schema {name}. {suggestion(name, NAMES)}")
    chosen = NAMES if name is None else (name,)
    if out is None:
        write_json(schema(chosen[0]) if name else {one: schema(one) for one in chosen})
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        for one in chosen:
            file = out / f"{one}.schema.json"
            file.write_text(json.dumps(schema(one), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            write(f"{file.as_posix()}  {files_of(one)}")
    except OSError as error:
        refuse(f"{out} cannot be written: {error.strerror}")
