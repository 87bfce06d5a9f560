"""A small whole base to break: the shipped one with four causes and one guide, so that reading it takes no time."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import yaml

SHIPPED = Path(__file__).parents[2] / "knowledge" / "base"
CAUSES = ("terminal_not_found", "terminal_not_bound", "net_of_fees", "overdue_unexplained")
"""Both gates, one cause with evidence, and the fallback without which some cases would be left."""
GUIDE = "guide_documents"


def small_base(folder: Path) -> Path:
    """Write the small base into a folder."""
    folder.mkdir(parents=True)
    for file in SHIPPED.glob("*.yaml"):
        shutil.copy(file, folder / file.name)
    causes = folder / "causes.yaml"
    causes.write_text(_few(causes.read_text(encoding="utf-8")), encoding="utf-8")
    for locale in ("zh", "en"):
        (folder / locale / "articles").mkdir(parents=True)
        for name in ("phrases.yaml", "off_topic.yaml"):
            shutil.copy(SHIPPED / locale / name, folder / locale / name)
        for id in (*CAUSES, GUIDE):
            text = (SHIPPED / locale / "articles" / f"{id}.md").read_text(encoding="utf-8")
            text = re.sub(r"^see: .*\n", "", text, flags=re.MULTILINE)
            (folder / locale / "articles" / f"{id}.md").write_text(text, encoding="utf-8")
    return folder


def _few(text: str) -> str:
    """The head of causes.yaml and a few of its causes, written anew as they share values with others."""
    listed = json.loads(json.dumps(yaml.safe_load(text)["causes"]))
    kept = [cause for cause in listed if cause["id"] in CAUSES]
    return text[: text.index("\ncauses:") + 1] + yaml.safe_dump({"causes": kept}, sort_keys=False, width=1000)
