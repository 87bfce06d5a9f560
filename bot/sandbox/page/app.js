// The page: both sides of the desk, and what they share.
import { config } from "./api.js";
import { toast } from "./dom.js";
import { editorPane } from "./editor.js";
import { merchantPane } from "./merchant.js";
import { supportPane } from "./support.js";
import { clock, load, store, watch } from "./store.js";
import { clockOf, dayOf, otherLocale, say, switchLocale } from "./words.js";

const byId = (id) => document.getElementById(id);

function bar() {
  byId("brand").textContent = store.page.title || store.bot.name;
  byId("language").textContent = otherLocale();
  const online = byId("online");
  online.textContent = store.online ? say("online") : say("offline");
  online.className = store.online ? "yes" : "";
  document.title = store.page.title || store.bot.name;
}

function tick() {
  const seconds = clock().getTime() / 1000;
  byId("clock").textContent = `${dayOf(seconds, store.zone)} ${clockOf(seconds, store.zone)}`;
}

// The editor takes the place of the support side, so that the conversation stays in view; on narrow screens of both.
function editing(possible) {
  const button = byId("edit");
  const pane = byId("editor");
  let editor = null;
  const toggle = () => {
    pane.hidden = !pane.hidden;
    button.setAttribute("aria-expanded", String(!pane.hidden));
    document.body.toggleAttribute("data-editing", !pane.hidden);
    editor ??= editorPane(pane, toggle);
    if (!pane.hidden) editor.begin().catch((error) => toast(`${say("failed")}: ${error.message}`));
    else button.focus();
  };
  button.hidden = !possible;
  button.addEventListener("click", toggle);
  const rebuild = () => { button.textContent = say("edit_folder"); editor?.rebuild(); };
  rebuild();
  return rebuild;
}

async function begin() {
  const settings = await config();
  store.page = settings.page || {};
  store.zone = store.page.zone || store.zone;
  await load();
  const merchant = merchantPane(byId("merchant"));
  const support = supportPane(byId("support"));
  const words = editing(settings.edit === true);
  const tabs = () => {
    for (const tab of document.querySelectorAll("#tabs button")) {
      const side = tab.dataset.side;
      const count = side === "support" && document.body.dataset.side !== "support" ? support.unread() : 0;
      tab.textContent = say(side) + (count ? ` (${count})` : "");
      tab.setAttribute("aria-current", String(document.body.dataset.side === side));
    }
  };
  for (const tab of document.querySelectorAll("#tabs button")) tab.addEventListener("click", () => { document.body.dataset.side = tab.dataset.side; tabs(); merchant.render(); support.render(); });
  byId("language").addEventListener("click", () => { switchLocale(); bar(); tabs(); tick(); merchant.rebuild(); support.rebuild(); words(); });
  watch((what) => {
    if ([...what].some(merchant.concerns)) merchant.render();
    if ([...what].some(support.concerns)) support.render();
    bar();
    tabs();
  });
  bar(); tabs(); tick();
  setInterval(tick, 1000);
  document.body.dataset.ready = "yes";
}

begin().catch((error) => { toast(`${say("failed")}: ${error.message}`); throw error; });
