// Changing settings of the business: at once, with undo.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { useSettings } from "../../shell/session";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";

export function useChangeSettings() {
    const text = useText();
    const client = useQueryClient();
    const notify = useNotify();
    const settings = useSettings().data;
    const patch = async (body: Schemas["SettingsChange"]) => {
        client.setQueryData(["setting"], await data(api.PATCH("/api/settings", { body })));
        client.invalidateQueries({ queryKey: ["checklist"] });
    };
    return useMutation({
        mutationFn: patch,
        onMutate: (body) => {
            const was = Object.fromEntries(
                Object.keys(body).map((key) => [key, settings?.[key as keyof Schemas["Settings"]]]),
            );
            client.setQueryData(["setting"], { ...settings, ...body });
            return was;
        },
        onSuccess: (_, _body, was) => notify(text.settings.changed, () => patch(was)),
        onError: () => client.invalidateQueries({ queryKey: ["setting"] }),
    });
}
