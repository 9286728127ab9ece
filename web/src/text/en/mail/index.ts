import campaigns from "./campaigns";
import inbox from "./inbox";
import mailboxes from "./mailboxes";
import offers from "./offers";
import sends from "./sends";
import tags from "./tags";
import templates from "./templates";

export default { campaigns, inbox, mailboxes, offers, sends, tags, templates };
