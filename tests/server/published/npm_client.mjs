// Calls every method of a published npm client:  node npm_client.mjs GENERATION HOST KEY FOLDER
// FOLDER is where it is installed. Prints a line for each: "ok NAME" or "FAIL NAME what happened".
import { createRequire } from "node:module";
const [generation, host, key, folder] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const { MemoryClient } = require("mem0ai");
const NEW = generation === "3";
const user = NEW ? "anna ü@npm/3" : "anna ü@npm 2";
const named = NEW ? { userId: user } : { user_id: user };
const scoped = NEW ? { filters: { user_id: user } } : { user_id: user };
let failed = 0;

const expect = (condition, what) => {
  if (!condition) throw new Error(`not so: ${JSON.stringify(what)}`);
};
async function check(name, work) {
  try {
    const found = await work();
    console.log(`ok ${name}`);
    return found;
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}: ${error.name}: ${error.message} ${(error.stack ?? "").split("\n")[1] ?? ""}`);
  }
}
async function raises(kind, work) {
  try {
    await work();
  } catch (error) {
    if (NEW) expect(error.constructor.name === kind || error.name === kind, [error.name, error.message]);
    return;
  }
  throw new Error("no error");
}
const rows = (found) => (Array.isArray(found) ? found : found.results);
async function eventually(work) {
  for (let n = 0; n < 100; n += 1) {
    const found = await work();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("not within ten seconds");
}

const client = new MemoryClient({ apiKey: key, host });
const slashed = new MemoryClient({ apiKey: key, host: `${host}/` });
const stranger = new MemoryClient({ apiKey: "wrong", host });
const listed = async (more = {}) => rows(await client.getAll({ ...scoped, ...more }));
const say = (text) => [{ role: "user", content: text }];
const add = (text, more = {}) => client.add(say(text), { ...named, infer: false, ...more });

await check("ping", () => client.ping());
await check("ping, slash at the end of the address", () => slashed.ping());
await check("ping, wrong key", () => raises("AuthenticationError", () => stranger.ping()));
await check("add", async () => {
  const found = await add("I love green tea", { metadata: { food: "tea" } });
  expect(NEW ? found.eventId && found.status === "PENDING" : found[0].event === "ADD", found);
});
if (!NEW) {
  await check("add, v1.1", async () => expect((await add("I swim", { output_format: "v1.1" })).results));
  await check("add, by event", async () => expect((await add("I paint", { async_mode: true })).results[0].status));
} else await check("add, another", () => add("I swim on Mondays", { customInstructions: "all", source: "X" }));
await check("getAll, what was added", () => eventually(async () => (await listed()).length >= 2));
const memory = (await listed()).find((each) => each.memory === "I love green tea");
await check("get", async () => {
  const found = await client.get(memory.id);
  expect(found.memory === "I love green tea" && found.metadata.food === "tea", found);
  expect((NEW ? found.userId : found.user_id) === user, found);
});
await check("get, no id", () => raises("ValidationError", () => client.get("nonsense")));
await check("get, unknown", () =>
  raises("MemoryNotFoundError", () => client.get("00000000-0000-0000-0000-000000000000")),
);
await check("getAll, a page", async () =>
  expect((await listed(NEW ? { page: 1, pageSize: 1 } : { page: 1, page_size: 1 })).length === 1),
);
if (!NEW) {
  await check("getAll v1, categories", async () => expect((await listed({ categories: ["a", "b"] })).length === 0));
  const v2 = { api_version: "v2", filters: { user_id: user } };
  await check("getAll v2", async () => expect(rows(await client.getAll(v2)).length >= 2));
  await check("search v2", async () => expect(rows(await client.search("green tea", v2))[0].score > 0));
} else {
  const found = await check("getAll, the form", () => client.getAll(scoped));
  expect(typeof found?.count === "number" && found.next === null && found.previous === null, found);
}
await check("search", async () => expect(rows(await client.search("green tea", scoped))[0].id === memory.id));
await check("search, topK", () => client.search("tea", { ...scoped, ...(NEW ? { topK: 1 } : { top_k: 1 }) }));
await check("search, OR", async () => {
  const filters = { OR: [{ user_id: user }] };
  expect(rows(await client.search("tea", { filters, ...(NEW ? {} : { api_version: "v2" }) })).length > 0);
});
await check("update, text", () => client.update(memory.id, { text: "I love black tea" }));
await check("update, metadata", () => client.update(memory.id, { metadata: { a: 1, b: { c: 2 } } }));
await check("update, kept", async () => {
  const found = await client.get(memory.id);
  expect(found.memory === "I love black tea" && found.metadata.b.c === 2, found);
});
if (NEW) await check("update, expirationDate", () => client.update(memory.id, { expirationDate: "2099-01-01" }));
await check("history", async () => {
  const found = await client.history(memory.id);
  expect(found[0].event === "ADD" && (found[0].memoryId ?? found[0].memory_id) === memory.id, found);
});
await check("users", async () => {
  const found = await client.users();
  expect(typeof found.count === "number" && found.results.some((each) => each.name === user), found);
});
await check("batchUpdate", () =>
  client.batchUpdate([{ memoryId: memory.id, text: "I love white tea" }]),
);
await check("feedback", () =>
  client.feedback(
    NEW
      ? { memoryId: memory.id, feedback: "POSITIVE", feedbackReason: "right" }
      : { memory_id: memory.id, feedback: "POSITIVE", feedback_reason: "right" },
  ),
);
const schema = { type: "object", properties: { memories: { type: "array" } } };
const filters = { user_id: user };
const made = await check("createMemoryExport", () =>
  client.createMemoryExport(NEW ? { schema, filters, exportInstructions: "all" } : { schema, filters }),
);
await check("getMemoryExport", async () => {
  const wanted = NEW ? { memoryExportId: made.id } : { memory_export_id: made.id };
  expect((await client.getMemoryExport(wanted)).memories.length >= 2);
});
await check("updateProject", () =>
  client.updateProject(NEW ? { customInstructions: "Only food" } : { custom_instructions: "Only food" }),
);
await check("getProject", async () => {
  const fields = NEW ? ["custom_instructions", "custom_categories"] : ["custom_instructions"];
  const found = await client.getProject({ fields });
  expect((found.customInstructions ?? found.custom_instructions) === "Only food", found);
});
await check("updateProject, back", () =>
  client.updateProject(NEW ? { customInstructions: "" } : { custom_instructions: "" }),
);
const project = "default";
const hook = { url: "https://example.com/hook", name: "one" };
const types = ["memory_add", "memory_update"];
const webhook = await check("createWebhook", () =>
  client.createWebhook({ ...hook, projectId: project, eventTypes: types }),
);
const id = webhook?.webhookId ?? webhook?.webhook_id;
await check("getWebhooks", async () => {
  const found = await client.getWebhooks({ projectId: project });
  expect(found.some((each) => (each.webhookId ?? each.webhook_id) === id && (each.isActive ?? each.is_active)), found);
});
await check("updateWebhook", async () => {
  const changed = { webhookId: id, name: "two", url: hook.url, eventTypes: ["memory_add"] };
  expect((await client.updateWebhook(changed)).message);
});
await check("deleteWebhook", () => client.deleteWebhook({ webhookId: id }));
if (NEW) {
  await check("getProfile", async () => expect((await client.getProfile(user)).status === "not_enabled"));
  const job = await check("generateProfile", () => client.generateProfile(user));
  await check("sampleProfiles", () => client.sampleProfiles({ limit: 2 }));
  await check("getProfileJob", () => client.getProfileJob(job.statusUrl ?? job.jobId));
  await check("getProfileSettings", async () => expect((await client.getProfileSettings()).enabled === false));
  await check("updateProfileSettings", () => client.updateProfileSettings({ enabled: false }));
}
await check("delete", async () => expect((await client.delete(memory.id)).message));
if (NEW) {
  await add("I run");
  const run = await eventually(async () => (await listed()).find((each) => each.memory === "I run"));
  await check("delete, deleteLinked", () => client.delete(run.id, { deleteLinked: true }));
}
await check("get, deleted", () => raises("MemoryNotFoundError", () => client.get(memory.id)));
await check("batchDelete", async () => client.batchDelete([(await listed())[0].id]));
await check("deleteAll", async () => expect((await client.deleteAll(named)).message));
await check("deleteAll, an unknown user", () => client.deleteAll(NEW ? { userId: "nobody" } : { user_id: "nobody" }));
await check("deleteAll, nothing named", () => raises("ValidationError", () => client.deleteAll({})));
if (!NEW) {
  await add("I love cake", { metadata: { food: "cake" } });
  await check("deleteAll, metadata that can't be read", () =>
    raises("ValidationError", () => client.deleteAll({ user_id: user, metadata: { food: "tea" } })),
  );
  await check("deleteAll, nothing was deleted", async () => expect((await listed()).length === 1));
  await check("deleteUser", () => client.deleteUser({ entity_id: user, entity_type: "user" }));
}
await add("I love green tea");
await eventually(async () => (await listed()).length);
await check("deleteUsers", async () => expect((await client.deleteUsers(named)).message));
await check("deleteUsers, gone", async () => expect((await listed()).length === 0));
process.exit(failed ? 1 : 0);
