// The form for a call, outside of the list of what waits.
import type { Schemas } from "../../api/client";
import { useDeeds } from "./data";
import { QuickForm } from "./forms";

export function LogCall({ contact, close }: { contact: Schemas["FoundContact"]; close: () => void }) {
    const deeds = useDeeds();
    const { id, company, stage, grade } = contact;
    const item = {
        id,
        kind: "task" as const, // ends nothing that waits
        contact: { id, name: contact.name ?? contact.email, company, stage, grade },
        title: "",
        detail: null,
        since: "",
        due: null,
        overdue: false,
        task: null,
        event: null,
    };
    return <QuickForm form="call" item={item} deeds={deeds} email={contact.email} close={close} />;
}
