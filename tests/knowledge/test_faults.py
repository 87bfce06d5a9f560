"""Every mistake that an author can make is named where it stands, with what to do: planted faults, several at a time.

Faults that do not hide each other share a base, as reading one takes a fifth of a second.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from bot.commands.kb import annotation
from knowledge.check import check
from knowledge.errors import Problem
from tests.knowledge.small import small_base

TODAY = date(2026, 11, 23)
FEES, DUE, UNBOUND, UNKNOWN = (
    f"en/articles/{id}.md" for id in ("net_of_fees", "overdue_unexplained", "terminal_not_bound", "terminal_not_found")
)
GUIDE = "en/articles/guide_documents.md"
FEES_ZH, DUE_ZH, UNBOUND_ZH, UNKNOWN_ZH, GUIDE_ZH = (
    file.replace("en/", "zh/") for file in (FEES, DUE, UNBOUND, UNKNOWN, GUIDE)
)
EN, ZH = "en/phrases.yaml", "zh/phrases.yaml"


@dataclass(frozen=True)
class Planted:
    """``old`` becomes ``new`` in a file ("" : at its end); the complaint stands at ``at`` within ``new``.

    ``at`` is text of ``new``, or a line and column where the fault is not at what was changed. Where nothing is said of
    a change, another one of the batch tells what comes of it.
    """

    file: str
    old: str
    new: str
    at: str | tuple[int, int]
    says: str
    told: str = ""
    """The file that the complaint is about, when it is another."""


def said(file: str, words: str, at: str | tuple[int, int], says: str) -> Planted:
    """A fault in an article's first paragraph."""
    return Planted(file, "\n---\n", f"\n---\nA beginning.\n\n{words}\n\n", at, says)


def front(file: str, old: str, new: str, at: str | tuple[int, int], says: str, told: str = "") -> Planted:
    """A fault in an article's front matter."""
    return Planted(file, f"\n{old}", f"\n{new}", at, says, told)


BATCHES: dict[str, tuple[Planted, ...]] = {
    "forms": (
        Planted("forms.yaml", "reopen_days: 7", "reopen_day: 7", "reopen_day", "reopen_day is unknown here. Did you"),
        Planted("forms.yaml", "name: change_date,", "name: change_dat,", "change_dat", "name cannot be change_dat. Di"),
        Planted("forms.yaml", "most: 31", "most: 0", "0", "most must be 1 or more. Write 1 or a larger number."),
        Planted("forms.yaml", "minutes: 30", 'minutes: "30"', '"30"', "remind_after_minutes must be a whole number"),
        Planted("forms.yaml", "required: false", "required: maybe", "maybe", "required must be true or false, not may"),
        Planted("forms.yaml", "park_after_minutes:", "parc_after:", "parc_after", "parc_after is unknown here."),
        Planted("departments.yaml", '"09:00", to: "21:00"', '"9", to: "21:00"', '"9"', 'from must be a time as'),
        Planted("departments.yaml", '"18:00", holidays', '"08:00", holidays', '"08:00"', "The end lies before the beg"),
        Planted("departments.yaml", "[1, 2, 3, 4, 5, 6, 7]", "[1, 8]", "8", "8 cannot stand in days. Use 1 to 7."),
        Planted("departments.yaml", "holidays: work", "holidays: wrok", "wrok", "holidays cannot be wrok. Did you mea"),
        Planted("departments.yaml", "priority: high", "priority: hgh", "hgh", "priority cannot be hgh. Did you mean h"),
        Planted("departments.yaml", "minutes: 480", "minutes: 4.5", "4.5", "resolution_minutes must be a whole number"),
    ),
    "other data": (
        Planted("acquirers.yaml", "review_days: 5", "review_days: 99", "99", "Review_days must be a whole number. Wri"),
        Planted("acquirers.yaml", 'cut_off: "23:00"', "cut_off: late", "late", "'late' is no time of day."),
        Planted("acquirers.yaml", 'hotline: "95016"', "hotline: 95016", "95016", "Hotline must be a word. Put numbers"),
        Planted("acquirers.yaml", "aliases: [乐刷科技", "alias: [乐刷科技", "alias", "There is no field alias. Did"),
        Planted("acquirers.yaml", "{zh: 乐刷, en: Leshua}", "{zh: 乐刷}", "{zh: 乐刷}", "leshua has no name in en."),
        Planted("calendar.yaml", "years: {}", "years: {2027: {complete: perhaps, holidays: [2028-01-01], makeup: []}}",
                "perhaps", "Complete must be true or false."),
        Planted("calendar.yaml", "[2028", "[2028", "[2028", "2028-01-01 cannot stand here. Each day once"),
        Planted("calendar.yaml", "makeup:", "makeup:", "makeup", "There is no field makeup. Known are: complete,"),
        Planted("providers.yaml", '"-1": failed', '"-1": faild', "faild", "-1 cannot be faild. Did you mean failed?"),
        Planted("providers.yaml", "reason: name_mismatch", "reason: name_missmatch", "name_missmatch",
                "Reason cannot be name_missmatch. Did you mean name_mismatch?"),
        Planted("providers.yaml", "words: [户名,", 'words: ["",', '["",', "Words must be a list of words."),
        Planted("providers.yaml", "change_statuses:", "chnge_statuses:", "chnge_statuses", "There is no field chnge_s"),
    ),
    "causes": (
        Planted("causes.yaml", "rule: terminal.found == False", "rule: terminal.fond == False", "terminal.fond",
                "There is no fact terminal.fond. Did you mean terminal.found?"),
        Planted("causes.yaml", "order: 430", "order: 20 # two", "20", "Order 20 stands here twice. Give each cause i"),
        Planted("causes.yaml", "- payout.fee\n", "- payout.fees\n", "payout.fees", "There is no fact payout.fees."),
        Planted("causes.yaml", "  - S11\n", "  - S1111\n", "S1111", "There is no source S1111."),
        Planted("causes.yaml", "  person: true", "  persn: true", "persn", "There is no field persn. Did you mean per"),
        Planted("causes.yaml", "  asks: terminal_id\n  rule: terminal.b", "  asks: terminal\n  rule: terminal.b",
                "terminal\n", "Asks cannot be terminal. Did you mean terminal_id?"),
        Planted("causes.yaml", "basis: done", "basis: don", "don", "Basis cannot be don. Did you mean done?"),
        Planted("causes.yaml", "  watch: payout", "  watch: terminal", "terminal", "Watch cannot be terminal."),
        Planted("causes.yaml", "payout.status == 'paid' and payout.went", "payout.status == 'payed' and payout.went",
                "payout.status", "'payed' is not a value of it. Did you mean 'paid'?"),
        Planted("causes.yaml", "    unsent_txns: int", "    unsent_txns: text", "text", "Terminal.unsent_txns is of a"),
        Planted("causes.yaml", "    found: bool\n", "    lost: bool # no\n    found: bool\n", "bool #", "The program"),
    ),
    "a cause that cannot be": (
        Planted("causes.yaml", "rule: payout.status == 'paid' and",
                "rule: payout.status == 'sent' and payout.status == 'paid' and",
                "payout.status == 'sent'", "The rule of net_of_fees can never be true. Look for parts"),
        Planted("causes.yaml", "shown_as: terminal_not_found", "shown_as: terminal_not_fond", "terminal_not_fond",
                "There is no cause terminal_not_fond. Name a cause of this file."),
    ),
    "a cause that is never first": (
        Planted("causes.yaml", "order: 430\n  rule: ",
                "order: 430\n  rule: terminal.found == False and ", "terminal.found",
                "Net_of_fees can never be primary: whenever its rule is true, that of terminal_not_found is true too."),
        Planted("causes.yaml", "rule: 'True'", "rule: payout.found == True", "rule", ""),
        Planted("causes.yaml", "- id: terminal_not_f", "- id: terminal_not_f", "- id", "Some cases would be left"),
    ),
    "a department and a link": (
        Planted("causes.yaml", "department: settlement", "department: setlement", "setlement",
                "departments.yaml has no setlement. Did you mean settlement?"),
        front(FEES, "owner:", "see: [guide_document]\nowner:", "guide_document",
              "There is no article guide_document. Did you mean guide_documents?"),
        Planted("departments.yaml", "  tech:", "  teck:", (1, 1), "department_teck is missing here. Say", EN),
    ),
    "front matter": (
        front(FEES, "owner:", "ovner:", "ovner", "ovner is unknown here. Did you mean owner?"),
        front(DUE, "kind: cause", "kind: couse", "couse", "kind cannot be couse. Did you mean cause?"),
        front(UNBOUND, "title: ", "title: 12 # ", "12", "title must be text, not 12. Put it between double quotes."),
        front(UNBOUND, "review_by: ", "review_by: soon # ", "soon", "review_by must be a date as 2026-11-20, not soon"),
        front(UNKNOWN, "id: terminal_not_found", "id: terminal_lost", "terminal_lost", "The id terminal_lost is not t"),
        front(UNKNOWN, "title: ", 'title: "{{ payout.net }}" # ', '"{{', "title is plain text and cannot hold values."),
        front(GUIDE, "owner:", "owner: # ", " # ", "owner is empty. Write its value, or take the line away."),
        front(GUIDE, "questions:\n", "questions:\n  - 12\n", "12", "questions must hold texts, not 12. Put it between"),
        front(FEES_ZH, "kind: cause", "kind: cause\nkind: cause", (4, 1), "kind stands here twice, first in line 3."),
        front(DUE_ZH, "review_by: ", "review_by: 2026-02-30 # ", "2026", "This value cannot be read: day is out of ra"),
        front(UNBOUND_ZH, "staff: ", "stuff: ", "stuff", "stuff is unknown here. Did you mean staff?"),
        front(UNKNOWN_ZH, "owner:", "owner: a: b # ", ": b", "This is not YAML: mapping values are not allowed"),
        Planted(GUIDE_ZH, "---\nid", "id", (1, 1), "The front matter is missing."),
    ),
    "odd front matter": (
        front(FEES, "title: ", f"title: {'so ' * 40}# ", "so", "A title of 119 characters is too long for a button."),
        front(FEES, "review_by: 2027-05-31", "review_by: 2062-05-31", "2062", "Nobody will review it before 2062-05-3"),
        front(DUE, "review_by: 2027-05-31", "review_by: 2026-05-31", "2026", "It was to be reviewed by 2026-05-31."),
        front(FEES, "sources: [S8", "see: [net_of_fees]\nsources: [S8", "net_of_fees", "The article sends its reader"),
        front(GUIDE, "owner:", "see: [net_of_fees, net_of_fees]\nowner:", "net_of_fees]", "net_of_fees stands here tw"),
        front(FEES, "questions:\n", "questions:\n  - ？？？\n", "？", "Nobody can be understood by this question."),
        front(DUE, "questions:\n", "questions:\n  - where is {{ payout.net }}\n", "where", "A question is what mercha"),
        front(UNBOUND, "questions:\n", f"questions:\n  - {'why ' * 50}\n", "why", "A question of 199 characters is ha"),
        front(UNKNOWN, "sources: [", "sources: [S99, ", "S99", "causes.yaml lists no source S99. Known are: S1,"),
        front(UNKNOWN, "kind: cause", "kind: guide",
              (3, 7), "This is a cause here and a guide in en/articles/term", UNKNOWN_ZH),
        front(UNBOUND_ZH, "review_by: 2027-05-31", "review_by: 2027-05-30", "2027", "It is to be reviewed by 2027-05-"),
    ),
    "questions": (
        front(FEES, "staff: ", "  - MDR\nstaff: ", "MDR", "This question stands above too. Keep it where it"),
        front(DUE, "questions:\n", "questions:\n  - what rate am i on\n", "what", "This question stands in net_of"),
        front(DUE, "staff: ", "  - payout is less than the sales because of fee\nstaff: ", "payout",
              "This question stands in net_of_fees in nearly the same words."),
        front(DUE_ZH, "questions:\n", "questions:\n  - 扣率！？\n", "扣率", "This question stands in"),
        Planted("en/off_topic.yaml", "messages:\n", "messages:\n  - MDR\n", "MDR", "net_of_fees gives this"),
        Planted("zh/off_topic.yaml", "messages:\n", "messages:\n  - twice the same\n  - twice the same\n", (4, 5),
                "This message stands above too. Keep one."),
        front(UNBOUND, "questions:\n", "questions: [just one]\nold:\n", "[just", "1 example questions are too few"),
    ),
    "words": (
        said(FEES, "Net {{ payout.nett | money }}", "payout.nett", "{{ payout.nett }} is unknown here. Did you mean p"),
        said(DUE, "Net {{ payout.net | mony }}", "mony", "There is no filter mony. Did you mean money?"),
        said(UNBOUND, "<table>x</table>", "<table>", "<table> is not understood by Telegram."),
        said(UNKNOWN, "[here](nowhere)", "[here]", "The link nowhere leads nowhere. Begin it with https://"),
        said(GUIDE, "{% if today %}never ends", "{% if", "{% if %} is never closed. Add {% endif %} where it ends."),
        said(FEES_ZH, "**bold {% if today %}text** {% endif %}", "**bold", "</b> is opened in one place"),
        said(DUE_ZH, "{{ payout.net | safe }}", "safe", "There is no filter safe."),
        said(UNBOUND_ZH, "long " * 1000, "A beginning", "5102 characters are too long for a message"),
        said(UNKNOWN_ZH, "{{ today | day", "{{ today", "{{ is never closed. Add }} where it ends."),
        said(GUIDE_ZH, "{{ payout.net }}", "payout.net", "{{ payout.net }} is unknown here."),
    ),
    "words that could hang": (
        said(FEES, "{{ 'x' * 10 ** 9 }}", "{{", "`*` is not allowed in the words of the base."),
        said(DUE, "{{ 9 ** 99 ** 99 }}", "{{", "`**` is not allowed in the words of the base."),
        said(UNBOUND, "{{ today[0] }}", "{{", "`[ ]` is not allowed in the words of the base."),
        said(UNKNOWN, "{{ today.replace(1) }}", "{{", "Call is not allowed in the words of the base."),
        said(GUIDE, "{{ '%9999999d' % 1 }}", "{{", "`%` is not allowed in the words of the base."),
        said(FEES_ZH, f"{{{{ {'(' * 400}1{')' * 400} }}}}", "A beginning", "This is nested too deeply."),
        said(DUE_ZH, "{% set x = 1 %}", "{% set", "Assign is not allowed in the words of the base."),
        said(UNBOUND_ZH, "{% for a in 'ab' %}" * 3 + "x" + "{% endfor %}" * 3, "{% for", "More than 2 loops stand wit"),
        said(UNKNOWN_ZH, "{{ 7 // 2 }}", "{{", "`//` is not allowed in the words of the base."),
        said(GUIDE_ZH, "{% macro x() %}{% endmacro %}", "{% macro", "Macro is not allowed in the words of the base."),
        Planted("providers.yaml", "", f"\nmore: {'[' * 3000}{']' * 3000}\n", (1, 1), "This is nested too deeply."),
    ),
    "phrases": (
        Planted(EN, "greeting_short: ", "greeting_shrt: ", (1, 1), "greeting_short is missing here. Is it greeting_sh"),
        Planted(EN, "format_tail: ", 'format_tail: "a {{ tale }}" # ', "tale }}", "{{ tale }} is unknown in format_ta"),
        Planted(EN, "language_changed: ", "language_changed: <b>bold <i> # ", "<b>", "language_changed: <i> is opened"),
        Planted(EN, "you_are_welcome: ", "you_are_welcome: \"{{ x | mony }}\" # ", "mony", "There is no filter mony."),
        Planted(EN, "language_name: ", "language_name: 12 # ", "12", "language_name must be text, not 12."),
        Planted(EN, "glad: ", "glad: '<font>x</font>' # ", "'<font>", "glad: <font> is not understood by Telegram."),
        Planted(EN, "glad_ticket: ", 'glad_ticket: "{{ numbr }}" # ', "numbr }}", "glad_ticket does not use number"),
        Planted(EN, "", "\nonly_here: x\n", (1, 1), "only_here is missing here. Say it in zh too.", ZH),
    ),
    "slips of the keyboard": (
        front(FEES, "title: ", "title：", "：", "A full-width colon stands here. Write `: `, a plain"),
        front(DUE, "questions:\n", "questions:\n  -why so late\n", "-why", "A blank is missing after this"),
        front(UNBOUND, "questions:\n", "questions:\n  － 为什么\n", "－", "－ is no dash of a list."),
        front(UNKNOWN, "questions:\n", "questions:\n  - @you where\n", "@you", "A text cannot begin with @. Put the"),
        front(GUIDE, "questions:\n", 'questions:\n  - "D0" or T1\n', '"D0"', "The text goes on after its quotes."),
        Planted(FEES_ZH, "\n---\n", "\n——\n", "——", "This line looks like the one around the front"),
        Planted(DUE_ZH, "\n---\n", "\n", (35, 1), "The front matter does not end."),
        Planted(UNBOUND_ZH, "---\nid", "\n---\nid", (1, 1), "Something stands before the front matter."),
        front(UNKNOWN_ZH, "kind: cause", "kind: couse", "couse", "kind cannot be couse. Did you mean cause?"),
    ),
    "what would be shown as it stands": (
        said(FEES, "Net {payout.net}", "{payout", "{payout.net} is shown as it stands. Values"),
        said(DUE, "Net { { payout.net } }", "{ {", "{ { payout.net } } is shown as it"),
        said(UNBOUND, "｛｛answers.terminal_id｝｝", "｛｛", "｛｛answers.terminal_id｝ is shown as it stands."),
        said(UNKNOWN, "＜b＞now＜/b＞", "＜b", "＜b＞ is shown as it stands. Write **bold**"),
        said(GUIDE, "See [here] (https://example.com)", "[here]", "[here] (https://example.com) is shown as"),
        said(FEES_ZH, "见[[guide_documents]]", "[[", "[[guide_documents]] is shown as it stands. Name other articles"),
        said(DUE_ZH, "| a | b |\n|---|---|\n| 1 | 2 |", "|---", "A table cannot be shown in a message."),
        said(GUIDE_ZH, "1、先看看\n\n（2）再看看", "1、", "1、 does not make a step of this line."),
        said(UNBOUND_ZH, "<a>点这里</a>", "<a>", "<a> leads nowhere. Write <a href="),
    ),
    "tags": (
        said(FEES, "{% if payout.status == ‘paid’ %}x{% endif %}", "‘", "‘ cannot stand in a tag. Write plain quotes"),
        said(DUE, "{% if payout.status = 'paid' %}x{% endif %}", "= '", "A single = compares nothing. Write ==."),
        said(UNBOUND, "{% if today %}a{% else if reference %}b{% endif %}", "else if", "`else if` is no tag."),
        said(UNKNOWN, "{% if today AND reference %}a{% endif %}", "AND", "`AND` cannot stand here. Write `and`"),
        said(GUIDE, "{% if today && reference %}a{% endif %}", "&&", "& cannot stand in a tag. Write and."),
        said(FEES_ZH, "甲{% endif %}", "endif", "{% endif %} has no beginning. Take it away, or add"),
        said(DUE_ZH, "{% 如果 today %}甲{% endif %}", "如果", "There is no tag 如果. Write if, elif, else"),
        said(UNBOUND_ZH, "{{ today ｜ day }}", "｜", "｜ cannot stand in a tag. Write |."),
        said(UNKNOWN_ZH, "甲\n\n<b>乙", "<b>乙", "<b> is opened in one place and closed in another."),
    ),
    "values that are written wrongly": (
        said(FEES, "{% if payout.net %}{{ payout.net }}{% endif %}", "payout.net }",
             "{{ payout.net }} is a sum and would be shown as 1200000. Write {{ payout.net | money }}."),
        said(DUE, "{% if payout.due_date %}{{ payout.due_date | money }}{% endif %}", "payout.due_date | money",
             "`money` cannot write payout.due_date, which is a day. Write {{ payout.due_date | day }}."),
        said(FEES_ZH, "{% if payout.status == 'payd' %}x{% endif %}", "'payd'",
             "'payd' is not a value of payout.status. Did you mean paid?"),
        said(DUE_ZH, "{% if payout.status in ('sent', 'payd') %}x{% endif %}", "'payd'", "'payd' is not a value of"),
    ),
    "files": (
        Planted("forms.yaml", "version: 1", "version: 1\nlost: a\ufffdb", "\ufffd", "A sign was lost here when the fi"),
        Planted("calendar.yaml", "version: 1", "version: 1\nbell: a\x07b", "\x07", "A control character stands here:"),
        Planted("acquirers.yaml", "version: 1", "version: 1 # \u202eright to left", "\u202e",
                "An invisible sign stands here: U+202E right-to-left override. Delete it."),
        Planted("departments.yaml", "  support:", "\t support:", "\t", "This is not YAML"),
        Planted("en/offtopic.yaml", "", "messages: []\n", (1, 1), "Nobody reads this file. off_topic.yaml is read: ke"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_base(tmp_path_factory.mktemp("small") / "base")


def complaints(folder: Path) -> list[str]:
    return [str(one).removeprefix(f"{folder.as_posix()}/") for one in check(folder, today=TODAY)]


def plant(folder: Path, faults: Iterable[Planted]) -> None:
    for fault in faults:
        file = folder / fault.file
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        assert fault.old in text, fault
        changed = text.replace(fault.old, fault.new, 1) if fault.old else text + fault.new
        file.write_text(changed, encoding="utf-8")


def expected(folder: Path, fault: Planted) -> str:
    """How the complaint begins."""
    if isinstance(fault.at, tuple):
        line, column = fault.at
    else:
        before = (folder / fault.file).read_text(encoding="utf-8").partition(fault.new)[0]
        before += fault.new[: fault.new.index(fault.at)]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return f"{fault.told or fault.file}:{line}:{column}: {fault.says}"


def test_the_small_base_is_whole(whole):
    assert complaints(whole) == []


@pytest.mark.parametrize("faults", BATCHES.values(), ids=BATCHES.keys())
def test_a_planted_fault_is_named_where_it_stands(faults, whole, tmp_path):
    folder = tmp_path / "base"
    shutil.copytree(whole, folder)
    plant(folder, faults)
    found = complaints(folder)
    lost = [
        told
        for told in (expected(folder, fault) for fault in faults if fault.says)
        if not any(one.startswith(told) for one in found)
    ]
    assert lost == [], "\n".join(found)


def test_what_windows_writes_is_no_fault(whole, tmp_path):
    folder = tmp_path / "base"
    shutil.copytree(whole, folder)
    for file in (folder / EN, folder / FEES, folder / "causes.yaml"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert complaints(folder) == []
    fault = said(FEES, "{{ payout.nett }}", "payout.nett", "{{ payout.nett }} is unknown here.")
    plant(folder, [fault])
    assert any(one.startswith(expected(folder, fault)) for one in complaints(folder))


def test_annotations_escape_what_github_reads_as_its_own():
    problem = Problem("a,b/c:d.md", 2, 3, "100% wrong\nhere", "Do it", "warning")
    assert annotation(problem) == "::warning file=a%2Cb/c%3Ad.md,line=2,col=3::100%25 wrong%0Ahere. Do it."
