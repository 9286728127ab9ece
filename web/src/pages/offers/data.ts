// Offers, as several pages ask for them.
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";

export type Offer = Schemas["Offer"];

export function useOffers() {
    return useQuery({
        queryKey: ["offer", "list"],
        queryFn: () => data(api.GET("/api/offers", { params: { query: { limit: 500 } } })),
    });
}
