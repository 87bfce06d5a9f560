// Where people write: text, answers, edits, files.
import { act, base64 } from "./api.js";
import { el, openMenu, toast } from "./dom.js";
import { inlineMode } from "./inline.js";
import { preview } from "./bubbles.js";
import { say } from "./words.js";

export function composer(view) {
  let reply = null;
  let edit = null;
  const context = el("div", { class: "context", hidden: true });
  const area = el("textarea", { rows: 1, "aria-label": say("message"), placeholder: say("message") });
  const file = el("input", { type: "file", hidden: true, multiple: true });
  const bar = el("div", { class: "composer" },
    el("button", { class: "icon", "aria-label": say("attach"), title: say("attach"), onclick: attach }, "📎"),
    area,
    view.extra?.() || null,
    el("button", { class: "icon send", "aria-label": say("send"), title: say("send"), onclick: () => send() }, "➤"),
    file);

  const grow = () => { area.style.height = "auto"; area.style.height = `${Math.min(area.scrollHeight, 130)}px`; };
  const inline = inlineMode(view, () => { area.value = ""; grow(); area.focus(); });
  area.addEventListener("input", () => { grow(); inline.typed(edit ? "" : area.value); });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
    if (event.key === "Escape") { inline.typed(""); set({}); }
  });
  file.addEventListener("change", async () => {
    const chosen = [...file.files].slice(0, 10);
    file.value = "";
    const kind = file.dataset.kind === "photo" && chosen.every((one) => one.type.startsWith("image/")) ? "photo" : "document";
    const items = await Promise.all(chosen.map(async (one) => ({ [kind]: { data: await base64(one), name: one.name, mime: one.type || "application/octet-stream" } })));
    if (!items.length) return;
    items[0].caption = area.value.trim() || undefined;
    await post(items.length > 1 ? { album: items } : items[0]);
  });

  function set(what) {
    reply = what.reply || null;
    edit = what.edit || null;
    if (edit) area.value = edit.message.text ?? edit.message.caption ?? "";
    context.hidden = !reply && !edit;
    context.replaceChildren(el("div", {}, `${edit ? say("edit") : say("reply")}: ${preview(edit || reply)}`),
      el("button", { class: "icon", "aria-label": say("cancel"), onclick: () => { if (edit) area.value = ""; set({}); } }, "✕"));
    grow();
    area.focus();
  }

  async function post(body) {
    try {
      await act(view.me(), "send", { chat: view.chat() === view.me() ? undefined : view.chat(), thread: view.thread?.() || undefined, reply_to: reply?.id, ...body });
      area.value = "";
      inline.typed("");
      set({});
    } catch (error) { toast(error.message); }
  }

  async function send(text = area.value) {
    const words = text.trim();
    if (!words) return;
    if (edit) {
      const field = edit.message.text === undefined ? "caption" : "text";
      try { await act(view.me(), "edit", { chat: edit.chat, message: edit.id, [field]: words }); area.value = ""; set({}); } catch (error) { toast(error.message); }
    } else await post({ text: words });
  }

  function attach(event) {
    const box = event.currentTarget.getBoundingClientRect();
    const pick = (kind, accept) => { file.dataset.kind = kind; file.accept = accept; file.click(); };
    openMenu(box.left, box.top - 210, [
      [`🖼 ${say("photo")}`, () => pick("photo", "image/*")],
      [`📎 ${say("document")}`, () => pick("document", "")],
      [`🎤 ${say("voice")}`, () => post({ voice: { duration: 4 } })],
      [`📍 ${say("location")}`, () => post({ location: { latitude: 31.2304, longitude: 121.4737 } })],
      !view.names && [`👤 ${say("contact_own")}`, () => post({ contact: "own" })],
      !view.names && [`👥 ${say("contact_other")}`, () => post({ contact: { phone: "+8613900009999", first_name: "Someone" } })],
    ]);
  }
  return { element: el("div", {}, inline.element, context, bar), set, send };
}
