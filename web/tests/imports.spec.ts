import { expect, shots, test } from "./fixtures";

const LIST = `Vorname;Name;E-Mail;Firma;Budget da?;Größe (cm)
Ann;Lee;ann.lee@acme.example;Acme GmbH;ja;170
Bob;Fox;bob.fox@birch.example;Birch & Sons;nein;182
Eve;Ray;nobody;;;
`;

test("a list comes in, column by column, and goes again", async ({ empty, emptyServer }) => {
    await empty.goto(`${emptyServer.url}/imports`);
    await expect(empty.getByText("Drop a list here")).toBeVisible();
    await shots(empty, "imports-empty");
    await empty
        .getByTestId("file")
        .setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) });
    await expect(empty.getByRole("heading", { name: "What it would bring" })).toBeVisible();
    await expect(empty.getByRole("combobox", { name: "What E-Mail becomes" })).toHaveValue("E-mail");
    await expect(empty.getByText("ann.lee@acme.example · bob.fox@birch.example")).toBeAttached();
    await expect(empty.getByText(/nothing says who this is/)).toBeVisible();

    await empty.getByRole("combobox", { name: "What Budget da? becomes" }).click();
    await empty.getByRole("option", { name: "Fact: Budget" }).click();
    await expect(empty.getByRole("button", { name: "As recognised" })).toBeVisible();
    await empty.getByRole("combobox", { name: "What Größe (cm) becomes" }).click();
    await empty.getByRole("option", { name: "Leave out" }).click();
    await expect(empty.getByRole("combobox", { name: "What Größe (cm) becomes" })).toHaveValue("Leave out");
    await shots(empty, "import-plan");

    await empty.getByRole("button", { name: "Import it" }).click();
    await expect(empty.getByRole("heading", { name: "What it brought" })).toBeVisible();
    await expect(empty.getByText("Line 4")).toBeVisible();
    await shots(empty, "import-done");
    const known = await empty.request.get(`${emptyServer.url}/api/contacts?filter=budget`);
    expect((await known.json()).items).toHaveLength(1);

    await empty.getByRole("button", { name: "Undo the import" }).click();
    await expect(empty.getByText("Undone", { exact: true })).toBeVisible();
    const left = async () => {
        const filter = encodeURIComponent('email contains "birch.example"');
        return (await (await empty.request.get(`${emptyServer.url}/api/contacts?filter=${filter}`)).json())
            .items;
    };
    await expect.poll(left).toHaveLength(0);
    await empty.getByRole("link", { name: "Imports", exact: true }).first().click();
    await expect(empty.getByRole("link", { name: /people\.csv/ })).toBeVisible();
    await shots(empty, "imports");
});

test("a list whose headers say nothing asks which column says who it is", async ({ empty, emptyServer }) => {
    await empty.goto(`${emptyServer.url}/imports`);
    const buffer = Buffer.from("Kontakt;Ort\nanna@x.example;Bonn\n");
    await empty.getByTestId("file").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer });
    await expect(empty.getByText("No column says who a row is.")).toBeVisible();
    await expect(empty.getByRole("button", { name: "Import it" })).toBeHidden();
    await empty.getByRole("combobox", { name: "What Kontakt becomes" }).click();
    await empty.getByRole("option", { name: "E-mail" }).click();
    await empty.getByRole("button", { name: "Import it" }).click();
    await expect(empty.getByRole("heading", { name: "What it brought" })).toBeVisible();
});
