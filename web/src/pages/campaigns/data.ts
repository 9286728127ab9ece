// Campaigns and their numbers.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { useFormat } from "../../shell/format";
import { useNotify } from "../../shell/undo";
import { useMailText } from "../../text/mail";
import type { Campaign } from "./step";

export type Numbers = Schemas["CampaignNumbers"];
export type StepNumbers = Schemas["CampaignStepNumbers"];
export type VariantNumbers = Schemas["CampaignVariantNumbers"];
export type MailCounts = Schemas["CampaignMailCounts"];

export function useCampaigns() {
    return useQuery({
        queryKey: ["campaign", "list"],
        queryFn: () =>
            data(api.GET("/api/campaigns", { params: { query: { sort: "-changed", limit: 500 } } })),
    });
}

export function useCampaign(id: string) {
    return useQuery({
        queryKey: ["campaign", id],
        queryFn: () => data(api.GET("/api/campaigns/{id}", { params: { path: { id } } })),
    });
}

export function useNumbers(id: string) {
    return useQuery({
        queryKey: ["campaign", id, "numbers"],
        queryFn: () => data(api.GET("/api/campaigns/{id}/numbers", { params: { path: { id } } })),
    });
}

// Whom it would reach now. audience: a condition that is not saved yet.
export function useAudience(id: string, audience: string | undefined, enabled = true) {
    return useQuery({
        queryKey: ["campaign", id, "audience", audience],
        queryFn: ({ signal }) =>
            data(
                api.GET("/api/campaigns/{id}/audience", {
                    params: { path: { id }, query: { audience, sample: 10 } },
                    signal,
                }),
            ),
        enabled,
        placeholderData: (before) => before,
        staleTime: 30_000,
    });
}

type Deed = "start" | "pause" | "resume" | "finish";

export function useDeeds(campaign: Campaign) {
    const t = useMailText().campaigns;
    const client = useQueryClient();
    const navigate = useNavigate();
    const notify = useNotify();
    const format = useFormat();
    const { id, name } = campaign;
    const params = { path: { id } };
    const keep = (now: Campaign) => {
        client.setQueryData(["campaign", id], now);
        client.invalidateQueries({ queryKey: ["campaign", "list"] });
        client.invalidateQueries({ queryKey: ["campaign", id, "numbers"] });
        client.invalidateQueries({ queryKey: ["campaign", id, "people"] });
    };
    const ask: Record<Deed, () => Promise<Campaign>> = {
        start: () => data(api.POST("/api/campaigns/{id}/start", { params })),
        pause: () => data(api.POST("/api/campaigns/{id}/pause", { params })),
        resume: () => data(api.POST("/api/campaigns/{id}/resume", { params })),
        finish: () => data(api.POST("/api/campaigns/{id}/finish", { params })),
    };
    const back: Partial<Record<Deed, Deed>> = { start: "pause", pause: "resume", resume: "pause" };
    const run = useMutation({
        mutationFn: (deed: Deed) =>
            ask[deed]().then((now) => {
                keep(now);
                return now;
            }),
        onSuccess: (now, deed) => {
            const undo = back[deed];
            const told =
                now.state === "scheduled" && now.start_at
                    ? t.told.scheduled(name, format.moment(now.start_at))
                    : now.state === "draft"
                      ? t.told.unscheduled(name)
                      : t.told[deed](name);
            notify(told, undo && (() => ask[now.state === "draft" ? "start" : undo]().then(keep)));
        },
    });
    const patch = (body: Schemas["CampaignChange"]) =>
        data(api.PATCH("/api/campaigns/{id}", { params, body })).then(keep);
    const remove = useMutation({
        mutationFn: () => data(api.DELETE("/api/campaigns/{id}", { params })),
        onSuccess: () => {
            client.invalidateQueries({ queryKey: ["campaign", "list"] });
            navigate("/campaigns");
            notify(
                t.removed(name),
                campaign.state === "draft"
                    ? () => copyOf(campaign, name).then((to) => navigate(to))
                    : undefined,
            );
        },
    });
    const copy = useMutation({
        mutationFn: () => copyOf(campaign, t.copyName(name)),
        onSuccess: (to) => {
            client.invalidateQueries({ queryKey: ["campaign", "list"] });
            navigate(to);
        },
    });
    return { run, patch, remove, copy };
}

async function copyOf(campaign: Campaign, name: string): Promise<string> {
    const { kind, audience, entry, again, mailboxes, topic, quiet, cap, goal, stop, steps } = campaign;
    const body = { name, kind, audience, entry, again, mailboxes, topic, quiet, cap, goal, stop, steps };
    return `/campaigns/${(await data(api.POST("/api/campaigns", { body }))).id}`;
}
