// What steps choose from.
import { useQuery } from "@tanstack/react-query";
import { api, data } from "../../api/client";
import { useMay } from "../../shell/session";

export function useWebhooks() {
    return useQuery({
        queryKey: ["webhook"],
        queryFn: () => data(api.GET("/api/webhooks", { params: { query: { limit: 500 } } })),
        enabled: useMay("webhook.read"),
    });
}
