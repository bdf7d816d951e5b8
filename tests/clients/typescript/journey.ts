// A driver's journey by the generated client: the price, paying, following, stopping, the receipt.
// Prints a line of JSON for each view that it is told, and one for the receipt.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type View = components["schemas"]["JourneyView"];

const [base, code] = process.argv.slice(2);
if (!base || !code) throw new Error("usage: journey BASE CODE");
const api = createClient<paths>({ baseUrl: base });

// What openapi-fetch answers, or the problem that the API told of as an exception.
function got<Data>(answer: { data?: Data; error?: components["schemas"]["ProblemDetails"] }): Data {
  if (answer.data === undefined) {
    throw new Error(`${answer.error?.status} ${answer.error?.code}: ${answer.error?.detail}`);
  }
  return answer.data;
}

async function begin(code: string): Promise<components["schemas"]["StartedSession"]> {
  const point = got(await api.GET("/api/v1/codes/{code}", { params: { path: { code } } }));
  if (!point.price) throw new Error(`${code} has no price`);
  return got(
    await api.POST("/api/v1/sessions", {
      params: { header: { "Idempotency-Key": crypto.randomUUID() } },
      body: {
        code,
        method: "creditcard",
        tariff_id: point.price.tariff_id,
        tariff_version: point.price.tariff_version,
      },
    }),
  );
}

async function pay(page: string): Promise<void> {
  const deed = new URLSearchParams({ deed: "approve" });
  const answer = await fetch(page, { method: "POST", body: deed, redirect: "manual" });
  if (answer.status >= 400) throw new Error(`the bank answered ${answer.status}`);
}

// Each view of the session, from the first to the last, as server-sent events bring them.
async function* views(token: string): AsyncGenerator<View> {
  const answer = await api.GET("/api/v1/sessions/{token}/events", {
    params: { path: { token } },
    parseAs: "stream",
  });
  const stream = got(answer);
  if (!stream) throw new Error("no stream");
  let rest = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    rest += part.replaceAll("\r\n", "\n");
    const events = rest.split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      const fields = event.split("\n");
      if (fields.includes("event: done")) return;
      if (fields.some((field) => field.startsWith("event:"))) continue;
      const data = fields.filter((field) => field.startsWith("data:"));
      if (data.length) yield JSON.parse(data.map((field) => field.slice(5)).join("\n")) as View;
    }
  }
}

const started = await begin(code);
if (!started.checkout_url) throw new Error("there is nowhere to pay");
await pay(started.checkout_url);
const control = { Authorization: `Bearer ${started.control}` };
let stops = false;
let last: View | undefined;
for await (const view of views(started.token)) {
  last = view;
  console.log(JSON.stringify({ stage: view.stage, energy: view.live?.energy_kwh ?? null }));
  if (!stops && view.stage === "charging" && Number(view.live?.energy_kwh ?? 0) > 0.2) {
    stops = true;
    got(
      await api.POST("/api/v1/sessions/{token}/stop", {
        params: {
          path: { token: started.token },
          header: { "Idempotency-Key": crypto.randomUUID() },
        },
        headers: control,
      }),
    );
  }
}
const pdf = got(
  await api.GET("/api/v1/sessions/{token}/receipt.pdf", {
    params: { path: { token: started.token } },
    headers: control,
    parseAs: "arrayBuffer",
  }),
);
const bytes = new Uint8Array(pdf as ArrayBuffer);
console.log(
  JSON.stringify({
    ending: last?.ending ?? null,
    charged: last?.settled?.charged ?? null,
    pdf: new TextDecoder().decode(bytes.slice(0, 5)),
  }),
);
