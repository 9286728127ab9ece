// What becomes of a draft: a candidate, the active model, nothing.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../../api/client";
import { useActiveModel } from "../../shell/session";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import type { CheckedModel, useDraftText } from "./data";

const activate = (id: string) => data(api.POST("/api/models/{id}/activate", { params: { path: { id } } }));

export function useSave(of: {
    id: string | null; // of the saved model
    draft: ReturnType<typeof useDraftText>;
    checked: CheckedModel | undefined;
}) {
    const text = useText();
    const client = useQueryClient();
    const notify = useNotify();
    const active = useActiveModel();
    const [saving, setSaving] = useState(false);
    const [error, setError] = useState<unknown>(null);
    const attempt = async <T>(deed: () => Promise<T>): Promise<T | null> => {
        setSaving(true);
        setError(null);
        try {
            return await deed();
        } catch (why) {
            setError(why);
            return null;
        } finally {
            setSaving(false);
            client.invalidateQueries({ queryKey: ["model"] });
        }
    };
    const add = async () => {
        const body = { text: of.draft.text, name: of.checked?.title || text.models.editor.untitled };
        const model = await data(api.POST("/api/models", { body }));
        of.draft.write(null);
        return model;
    };
    return {
        saving,
        error,
        discard: () => {
            const kept = of.draft.text;
            of.draft.write(null);
            notify(text.models.editor.discarded, () => of.draft.write(kept));
        },
        candidate: () =>
            attempt(async () => {
                const model = await add();
                notify(text.models.editor.saved(model.version));
                return model.id;
            }),
        // Gives the id of what is active now, null if it went wrong.
        activate: (unsaved: boolean) =>
            attempt(async () => {
                const id = unsaved ? (await add()).id : of.id;
                if (!id) return null;
                const model = await activate(id);
                const before = active && active.id !== id ? active.id : null;
                notify(
                    text.models.editor.activated(model.version),
                    before
                        ? async () => {
                              await activate(before);
                              client.invalidateQueries({ queryKey: ["model"] });
                          }
                        : undefined,
                );
                client.invalidateQueries({ queryKey: ["field"] });
                return model.id;
            }),
    };
}
