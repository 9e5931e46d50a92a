// Starts the page: finds the hashed files of the app, loads them with their integrity, and says so when that fails.
// Also watches for a stop of the app, since a stopped app cannot speak for itself.

const FORBIDDEN_MARKUP = /<\s*(script|iframe|object|embed|link|meta|base|style|form\s+action|template)\b|\son[a-z]+\s*=|javascript:/i;

protectSinks();
applyStoredTheme();
addEventListener("error", (event) => onStop(event.error, event.message));
addEventListener("unhandledrejection", (event) => onStop(event.reason, String(event.reason)));
start();

async function start() {
  if (typeof WebAssembly !== "object") {
    return tell(
      "This browser cannot run the page",
      "WebAssembly is missing or switched off. Use a current browser, or allow WebAssembly for this page, and load it again.",
    );
  }
  const glue = document.querySelector('link[rel="modulepreload"][href*="ocppscope"]');
  const wasm = document.querySelector('link[as="fetch"][href*="ocppscope"]');
  if (!glue || !wasm) return tell("The page is incomplete", "It does not name the files of the app. Publish the whole build again.");
  try {
    const app = await import(glue.href);
    const bytes = fetch(wasm.href, { integrity: wasm.integrity, credentials: "same-origin" });
    await app.default({ module_or_path: bytes });
    document.querySelector(".boot")?.remove();
  } catch (error) {
    await explain(error, [glue.href, wasm.href]);
  }
}

/** Tells a changed file from a missing one; the browser gives the same error for both. */
async function explain(error, urls) {
  for (const url of urls) {
    const name = new URL(url).pathname.split("/").pop();
    const status = await fetch(url, { cache: "no-cache" }).then((response) => response.status, () => 0);
    if (status !== 200) {
      return tell("A file of the page could not be loaded", `${name} is missing or the server did not answer. Check the connection and reload.`, error);
    }
  }
  if (error instanceof TypeError) {
    return tell(
      "Integrity failure",
      "A file of this page is not the one that was published: its integrity check failed. Reload; if it stays, the copy on the server or a proxy was changed.",
      error,
    );
  }
  tell("The page could not start", "The browser refused to run the app.", error);
}

/** The app aborts on a fault of its own: from then on it must not be used. */
function onStop(error, message) {
  const isOurs = (globalThis.WebAssembly && error instanceof WebAssembly.RuntimeError) || /panicked at|unreachable|memory access out of bounds/.test(String(message));
  if (!isOurs) return;
  for (const child of document.body.children) child.inert = true;
  tell("The page stopped working", "This is a fault of Ocppscope, not of the CSMS. Reload to go on; the frames seen so far are lost.", error ?? message);
}

function tell(title, text, error) {
  if (document.querySelector(".boot--stopped")) return;
  document.querySelector(".boot")?.remove();
  const box = element("div", "boot boot--stopped");
  box.setAttribute("role", "alert");
  box.append(element("p", "boot__wordmark", "ocppscope"), element("h1", "boot__title", title), element("p", "boot__text", text));
  if (error) box.append(element("pre", "boot__detail", String(error.message ?? error).slice(0, 2000)));
  const reload = element("button", "button button--primary", "Reload");
  reload.type = "button";
  reload.addEventListener("click", () => location.reload());
  box.append(reload);
  document.body.append(box);
}

function element(name, className, text) {
  const node = document.createElement(name);
  node.className = className;
  if (text) node.textContent = text;
  return node;
}

function applyStoredTheme() {
  try {
    const theme = localStorage.getItem("ocppscope.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is blocked: the theme follows the system.
  }
}

/** Markup only ever comes from the templates of the app, scripts only from this origin. Everything else is refused. */
function protectSinks() {
  globalThis.trustedTypes?.createPolicy("default", {
    createHTML(markup) {
      if (FORBIDDEN_MARKUP.test(markup)) throw new TypeError("This markup is not a template of the page");
      return markup;
    },
    createScriptURL(url) {
      if (new URL(url, document.baseURI).origin !== location.origin) throw new TypeError("Scripts come from this origin only");
      return url;
    },
  });
}
