// Files: attached to a record, kept as documents of a project, seen by whom they are
// for. In Japanese on SQLite, in English on PostgreSQL.
import { readFile } from "node:fs/promises";
import { house, integrate, People, record } from "./lib/house";
import { expect, inEveryLook, test } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";

const file = (name: string, content: string | Buffer, mimeType = "text/plain") => ({ name, mimeType, buffer: Buffer.from(content) });
const dot = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

test("files go with records and projects", async ({ browser, engine }) => {
  test.setTimeout(90_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const own = await start(engine, "files");
  const people = new People(browser, own.url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const press = (key: string, page = admin) => page.getByRole("button", { name: t(key), exact: true }).click();
  const crm = await house(admin, "crm", "みなと");
  const portal = await house(admin, "portal", "みなとデリバリー");

  // On a record: two come in, one that is too large is named and leaves the other alone.
  const account = await record(admin, crm, "Accounts", "青空製作所");
  const card = admin.locator("#files");
  await card.getByText(t("crmpages.file.add"), { exact: true }).click();
  await card.locator("input[type=file]").setInputFiles([file("見積書（最終）.txt", "見積 1,200,000円"), file("現場の写真.png", dot, "image/png")]);
  await press("crmpages.file.upload");
  await expect(card.locator("li")).toHaveCount(2);
  await card.getByText(t("crmpages.file.add"), { exact: true }).click();
  await card.locator("input[type=file]").setInputFiles([file("大きすぎる.bin", Buffer.alloc(20 * 2 ** 20 + 1)), file("契約書.pdf", "%PDF-1.4\n%%EOF", "application/pdf")]);
  await press("crmpages.file.upload");
  await expect(card).toContainText(t("files.fault.too_big", { Megabytes: "20" }));
  await expect(card.locator("li.pinned")).toHaveCount(3);
  await inEveryLook(admin, "attachments");
  const got = admin.waitForEvent("download");
  await card.getByRole("link", { name: "見積書（最終）.txt" }).click();
  const download = await got;
  expect(download.suggestedFilename()).toBe("見積書（最終）.txt");
  expect(await readFile(await download.path(), "utf8")).toBe("見積 1,200,000円");
  await card.locator("li", { hasText: "現場の写真.png" }).locator(".drop summary").click();
  await card.locator("li", { hasText: "現場の写真.png" }).getByRole("link", { name: t("crmpages.delete") }).click();
  await admin.locator("dialog").getByRole("button", { name: t("crmpages.delete") }).click();
  await expect(card.locator("li.pinned")).toHaveCount(2);

  // In a project: one for the team, one for the customer.
  await admin.goto(`${portal}/projects?q=${encodeURIComponent("青空製作所")}`);
  const project = (await admin.locator("main tbody").getByRole("link").first().getAttribute("href"))!.split("/").pop()!;
  const tab = `${portal}/projects/${project}/documents`;
  await admin.goto(`${portal}/projects/${project}`);
  await admin.getByRole("link", { name: t("projectviews.document.title"), exact: true }).click();
  await inEveryLook(admin, "documents-empty");
  const rows = admin.locator("main tbody tr");
  const add = async (external: boolean, ...list: ReturnType<typeof file>[]) => {
    await admin.locator("main summary", { hasText: t("projectviews.document.add") }).click();
    await admin.locator("input[type=file]").setInputFiles(list);
    if (external) await admin.locator("input[name=external]").check();
    await press("projectviews.document.upload");
  };
  await add(false, file("原価.xlsx", "PK\x03\x04"));
  await add(true, file("提案書.pdf", "%PDF-1.4\n%%EOF", "application/pdf"), file("議事録<b>.txt", "議事"));
  await expect(rows).toHaveCount(3);
  await inEveryLook(admin, "documents");
  await rows.filter({ hasText: "議事録" }).locator(".drop summary").click();
  await rows.filter({ hasText: "議事録" }).getByRole("link", { name: t("projectviews.document.edit") }).click();
  await admin.locator("input[name=name]").fill("..");
  await press("projectviews.save");
  await expect(admin.getByText(t("files.fault.name")).first()).toBeVisible();
  await admin.locator("input[name=name]").fill("議事録.txt");
  await admin.locator("input[name=external]").uncheck();
  await inEveryLook(admin, "document-edit");
  await press("projectviews.save");
  await expect(rows.filter({ hasText: "議事録.txt" })).toContainText(t("projectviews.internal"));

  // The customer sees what is for them, and nothing else by any address.
  const hidden = (await rows.filter({ hasText: "原価.xlsx" }).getByRole("link", { name: "原価.xlsx" }).getAttribute("href"))!;
  const client = await people.as("yoko.takahashi");
  await client.goto(tab);
  await expect(client.locator("main tbody tr")).toHaveCount(1);
  await expect(client.locator("main")).toContainText("提案書.pdf");
  await expect(client.locator("main input[type=file]")).toHaveCount(0);
  expect((await client.request.get(hidden)).status()).toBe(404);

  // From the CRM the same documents, with the rights of both.
  await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "no" });
  await admin.goto(`${crm}/projects/${project}`);
  await admin.getByRole("link", { name: t("projectviews.document.title"), exact: true }).click();
  await expect(rows).toHaveCount(3);
  await add(false, file("CRMから.txt", "営業の資料"));
  await expect(rows).toHaveCount(4);
  await inEveryLook(admin, "documents-crm");
  const link = (await rows.filter({ hasText: "CRMから.txt" }).getByRole("link", { name: "CRMから.txt" }).getAttribute("href"))!;
  expect(await (await admin.request.get(link)).text()).toBe("営業の資料");
  expect(account).toContain("/Accounts/");
  await people.close();
  await own.stop();
});
