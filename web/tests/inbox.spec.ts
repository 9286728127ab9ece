import { accessible, call, expect, type Server, shots, test } from "./fixtures";

const MAIL = `From: Chiara Conti <chiara@laguna.example>
To: jonas@quire.example
Subject: Re: Sample pack
Message-ID: <one@laguna.example>
Date: Mon, 23 Nov 2026 04:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/plain; charset=utf-8

Dear Jonas,

the samples are very good, but your price is too high for us. Please write again in September.

On 20 November Jonas wrote:
> Would 800 copies still be your plan?

--x
Content-Type: text/html; charset=utf-8

<p>Dear <b>Jonas</b></p><img src="https://spy.example/p.gif"><script>document.title="x"</script>
--x--
`;

async function arrives(server: Server, mail: string) {
    const answer = await fetch(`${server.url}/api/inbox/messages`, {
        method: "POST",
        headers: { Authorization: `Bearer ${server.key}`, "Content-Type": "message/rfc822" },
        body: mail.replaceAll("\n", "\r\n"),
    });
    expect(answer.status).toBe(201);
}

test("a mail arrives, is read, parked and done", async ({ app, server }) => {
    await app.goto("/inbox?who=all");
    await expect(app.getByText("Answers come here")).toBeVisible();
    await accessible(app);
    await arrives(server, MAIL);
    await app.reload();
    await app
        .getByRole("navigation", { name: "Inbox" })
        .getByRole("link", { name: /Chiara Conti/ })
        .click();
    const thread = app.getByRole("region", { name: "Re: Sample pack" });
    await expect(thread.locator("article").getByText("your price is too high")).toBeVisible();
    await expect(thread.locator("article").getByText("Would 800 copies")).toHaveCount(0);
    await thread.getByRole("button", { name: "… quoted text" }).click();
    await expect(thread.locator("article").getByText("Would 800 copies")).toBeVisible();
    await shots(app, "inbox");
    // Foreign HTML: readable, and nothing of it runs or loads.
    await thread.getByRole("button", { name: "As it looked" }).click();
    const frame = app.frameLocator("iframe");
    await expect(frame.getByText("Jonas")).toBeVisible();
    expect(await frame.locator("script,img[src]").count()).toBe(0);
    expect(await app.locator("iframe").getAttribute("sandbox")).toBe("");

    await thread.getByRole("button", { name: /^Park/ }).click();
    await app.getByLabel("Why").fill("Budget from September on");
    await app.getByRole("button", { name: /^Park until/ }).click();
    await expect(app.getByText(/^Parked until/).first()).toBeVisible();
    await app.goto("/inbox?who=all&state=all");
    await thread.getByRole("button", { name: /^Done/ }).click();
    await expect(app.getByRole("button", { name: /^Open again/ })).toBeVisible();
});

test("an answer that never left is not shown as sent", async ({ app, server }) => {
    const smtp = { host: "127.0.0.1", port: 9, security: "none", login: "none" };
    await call(server, "POST", "/api/mailboxes", { name: "Jonas", address: "jonas@quire.example", smtp });
    await arrives(
        server,
        MAIL.replaceAll("chiara@", "carla@").replace("Chiara", "Carla").replace("<one@", "<two@"),
    );
    const address = "carla@laguna.example";
    await call(server, "POST", "/api/suppressions", { address, why: "asked for it" });
    await app.goto("/inbox?who=all");
    await app
        .getByRole("navigation", { name: "Inbox" })
        .getByRole("link", { name: /Carla Conti/ })
        .click();
    await app.getByLabel("Your answer").fill("Shall we talk?");
    await app.getByRole("button", { name: /^Send/ }).click();
    const ours = app.locator("article").filter({ hasText: "Shall we talk?" });
    await expect(ours).toContainText("On its way");
    await expect(async () => {
        await app.reload();
        await expect(ours).toContainText("Not sent", { timeout: 2000 });
    }).toPass({ timeout: 30_000 });
    await expect(ours).toContainText("held back by hand");
    await shots(app, "inbox-not-sent");
});

test("a mail that arrives does not take the place of what is being answered", async ({ app, server }) => {
    const from = (name: string, n: number) =>
        MAIL.replaceAll("chiara@", `${name.toLowerCase()}@`)
            .replace("Chiara", name)
            .replace("<one@", `<${name}@`)
            .replace("Sample pack", `Question ${n}`)
            .replace("04:00:00", `0${n}:00:00`);
    await arrives(server, from("Dora", 5));
    await arrives(server, from("Elio", 6));
    await app.goto("/inbox?who=all");
    const list = app.getByRole("navigation", { name: "Inbox" });
    const current = list.locator("[aria-current]");
    const box = app.getByLabel("Your answer");
    await expect(current).toContainText(/Dora|Elio/);
    const [mine, other] = /Dora/.test(await current.innerText()) ? ["Dora", "Elio"] : ["Elio", "Dora"];
    await box.fill("Dear friend, yes.");
    await app.waitForTimeout(1100); // (the newest is first, by the second)
    await arrives(server, from("Fina", 7));
    await expect(list.getByRole("link").first()).toContainText("Fina Conti");
    await expect(current).toContainText(`${mine} Conti`);
    await expect(box).toHaveValue("Dear friend, yes.");
    await expect(box).toBeFocused();
    // And what was begun is there when one comes back.
    await list.getByRole("link", { name: `${other} Conti` }).click();
    await expect(current).toContainText(`${other} Conti`);
    await expect(box).toHaveValue("");
    await list.getByRole("link", { name: `${mine} Conti` }).click();
    await expect(box).toHaveValue("Dear friend, yes.");
});

test("a contact is tagged, alone and with others", async ({ app }) => {
    await app.goto("/contacts?filter=is%20prospect");
    await app.getByRole("row").nth(1).getByRole("checkbox").check();
    await app.getByRole("row").nth(2).getByRole("checkbox").check();
    await app.getByRole("button", { name: "Tag", exact: true }).click();
    await app.getByRole("dialog").getByLabel("Tag").fill("samples");
    await app.getByRole("dialog").getByRole("button", { name: "Tag 2 contacts" }).click();
    await expect(app.getByText("Tagged 2 contacts: samples.")).toBeVisible();
    await app.getByRole("row").nth(1).getByRole("link").first().click();
    await expect(app.getByRole("button", { name: "Take the tag samples" })).toBeVisible();
    await app.getByRole("button", { name: "Take the tag samples" }).click();
    await expect(app.getByText("Took the tag samples.")).toBeVisible();
});
