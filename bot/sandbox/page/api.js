// The control API of the sandbox: acting as people, and listening to what happens.
async function request(method, path, body) {
  const answer = await fetch(`/sandbox/${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.error || answer.statusText);
  return data;
}

export const read = (path) => request("GET", path);
export const write = (path, body = {}) => request("POST", path, body);
export const act = (user, action, body = {}) => write(`users/${user}/${action}`, body);
export const config = async () => (await fetch("/config")).json();
export const fileAddress = (id) => `/sandbox/files/${encodeURIComponent(id)}`;

export function listen(after, take, connected) {
  const source = new EventSource(`/sandbox/events?after=${after}`);
  source.onmessage = (event) => take(JSON.parse(event.data));
  source.onopen = () => connected(true);
  source.onerror = () => connected(false);
  return source;
}

export const base64 = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
