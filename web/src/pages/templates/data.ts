// Templates and content blocks, as several pages ask for them.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, data, type Schemas } from "../../api/client";
import { useFields } from "../../language/fields";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { variablesOf } from "./variables";

export type Template = Schemas["Template"];
export type Block = Schemas["Block"];

export function useTemplates() {
    return useQuery({
        queryKey: ["template", "list"],
        queryFn: () => data(api.GET("/api/templates", { params: { query: { limit: 500 } } })),
    });
}

export function useBlocks() {
    return useQuery({
        queryKey: ["block", "list"],
        queryFn: () => data(api.GET("/api/blocks", { params: { query: { limit: 500 } } })),
    });
}

export function useVariables() {
    const text = useText();
    const mail = useMailText();
    const fields = useFields();
    return useMemo(() => variablesOf(text, mail, fields), [text, mail, fields]);
}
