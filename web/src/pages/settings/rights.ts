// Without its right a part of the settings is not offered.
export const PART_RIGHTS: Partial<Record<string, string>> = {
    business: "setting.read",
    users: "user.read",
    rules: "model.read",
    mailboxes: "setting.read",
    suppressions: "setting.read",
    topics: "setting.read",
    fields: "contact.read",
    privacy: "privacy.read",
    audit: "audit.read",
    tracker: "setting.read",
    keys: "key.read",
    webhooks: "webhook.read",
};
