// A folder of texts beside the conversation: choose a file, change it, save it, see what is wrong with it and where.
import { read, write } from "./api.js";
import { el, toast } from "./dom.js";
import { say } from "./words.js";

export function editorPane(root, close) {
  const drafts = new Map(); // what was typed and not saved, by file
  const versions = new Map();
  let files = [], name = "", saved = "", problems = null, busy = false, loading = 0;

  const filter = el("input", { type: "search", id: "editor-filter", oninput: list });
  const choice = el("select", { id: "editor-file", onchange: () => open(choice.value) });
  const save = el("button", { class: "primary", id: "editor-save", onclick: keep });
  const away = el("button", { class: "icon", onclick: close }, "✕");
  const text = el("textarea", { id: "editor-text", spellcheck: "false", wrap: "soft", oninput: typed });
  const state = el("p", { id: "editor-state", role: "status" });
  const faults = el("ul", { id: "editor-problems" });
  root.append(el("div", { class: "head" }, filter, choice, save, away), text, state, faults);
  text.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); keep(); }
  });

  function rebuild() {
    filter.placeholder = say("find_file");
    for (const [element, word] of [[filter, "find_file"], [choice, "file"], [text, "edit_text"], [away, "close"]]) element.setAttribute("aria-label", say(word));
    save.textContent = say("save");
    show();
  }

  function list() {
    const wanted = filter.value.trim().toLowerCase();
    const fitting = files.filter((file) => file === name || file.toLowerCase().includes(wanted));
    choice.replaceChildren(...fitting.map((file) => el("option", { value: file, selected: file === name }, (drafts.has(file) ? "• " : "") + file)));
  }

  function typed() {
    if (text.value === saved) drafts.delete(name); else drafts.set(name, text.value);
    show();
  }

  function show() {
    list();
    root.dataset.file = name;
    save.disabled = busy || !drafts.has(name);
    text.disabled = !name;
    const broken = Boolean(problems?.some((one) => one.level === "error"));
    state.className = broken ? "bad" : "";
    state.textContent = busy ? say("checking") : drafts.has(name) ? say("not_saved") : problems === null ? "" : say(broken ? "not_serving" : "serving");
    faults.replaceChildren(...(problems || []).slice(0, 100).map((one) =>
      el("li", { class: one.level }, el("button", { onclick: () => goTo(one) }, `${one.file}:${one.line}:${one.column}`), ` ${one.message}. ${one.remedy || ""}`)));
  }

  async function open(wanted) {
    const mine = ++loading;
    try {
      const found = await read(`edit/file?name=${encodeURIComponent(wanted)}`);
      if (mine !== loading) return; // another file was chosen meanwhile
      name = wanted;
      text.value = found.text;
      saved = text.value; // as a text field has it: with plain line ends
      if (drafts.has(name)) text.value = drafts.get(name);
      else versions.set(name, found.version);
      text.setSelectionRange(0, 0);
      text.scrollTop = 0;
    } catch (error) { toast(`${say("failed")}: ${error.message}`); }
    show();
  }

  async function keep() {
    if (busy || !drafts.has(name)) return;
    busy = true;
    show();
    const [file, written] = [name, text.value];
    try {
      const answer = await write("edit/file", { name: file, text: written, version: versions.get(file) });
      versions.set(file, answer.version);
      if (name === file) saved = written;
      if (drafts.get(file) === written) drafts.delete(file);
      problems = (await write("edit/check")).problems;
    } catch (error) { toast(`${say("failed")}: ${error.message}`); }
    busy = false;
    show();
  }

  async function goTo(problem) {
    if (!files.includes(problem.file)) return;
    if (problem.file !== name) await open(problem.file);
    const lines = text.value.split("\n");
    const start = lines.slice(0, problem.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + (lines[problem.line - 1] || "").length);
    text.scrollTop = (text.scrollHeight * Math.max(0, problem.line - 4)) / lines.length;
  }

  async function begin() {
    if (files.length) return;
    files = (await read("edit")).files;
    await open(files.find((file) => file.endsWith("phrases.yaml")) || files[0]);
  }

  addEventListener("beforeunload", (event) => { if (drafts.size) event.preventDefault(); });
  rebuild();
  return { begin, rebuild };
}
