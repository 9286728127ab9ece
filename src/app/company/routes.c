#include "app/company/routes.h"

#include "app/listing.h"

#define SORTS "enum:name|-name|contacts|-contacts|created|-created"

static const struct member LIST_PARAMETERS[] = {
        {"limit", "integer", "At most so many items (1 to 500, else 50)", false, 0},
        {"after", "text", "The `next` of the page before. A page may hold fewer than asked for and have one",
                false, 1000},
        {"sort", SORTS, "By which member; with - before it, descending. -contacts if it is left out", false,
                0},
        {"filter", "text",
                "A condition on the items' members: `industry is \"tools\" and contacts >= 2`, "
                "`name contains \"acme\"`",
                false, 2000},
        {0},
};

static const struct member COMPANY_MEMBERS[] = {
        {"id", "text", "Its id", true, 0},
        {"domain", "text?", "Of its mail addresses", true, 0},
        {"name", "text", "Its name; the domain until somebody says it", true, 0},
        {"industry", "text?", "What it does", true, 0},
        {"employees", "integer?", "How many work there", true, 0},
        {"country", "text?", "Where it is", true, 0},
        {"contacts", "integer", "How many contacts work there", true, 0},
        {"created", "time", "Since when it is known", true, 0},
        {"changed", "time", "When it was last changed", true, 0},
        {0},
};

static const struct member COMPANIES_MEMBERS[] = {
        {"items", "[Company]", "The companies", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {0},
};

static const struct member NEW_COMPANY_MEMBERS[] = {
        {"domain", "text", "Of its mail addresses: acme.com", false, 253},
        {"name", "text", "Its name; the domain if it is left out", false, 200},
        {"industry", "text", "What it does", false, 200},
        {"employees", "integer", "How many work there", false, 0},
        {"country", "text", "Where it is", false, 100},
        {0},
};

static const struct member CHANGE_MEMBERS[] = {
        {"name", "text", "Its name", false, 200},
        {"industry", "text?", "What it does; null: nobody knows", false, 200},
        {"employees", "integer?", "How many work there", false, 0},
        {"country", "text?", "Where it is", false, 100},
        {0},
};

#define ROLES "enum:decision_maker|influencer|user|gatekeeper"

static const struct member WORKER_MEMBERS[] = {
        {"contact", "text", "The contact's id", true, 0},
        {"user_id", "text", "The userId that names it", true, 0},
        {"role", ROLES "?", "Its part in buying", true, 0},
        {"evidence", "text?", "Why that is thought", true, 0},
        {"by", "text?", "Who said so; null if the log does", true, 0},
        {"since", "time", "Since when it is known", true, 0},
        {0},
};

static const struct member WORKERS_MEMBERS[] = {
        {"items", "[CompanyContact]", "In the order in which they became known", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {0},
};

static const struct member WORKERS_PARAMETERS[] = {
        PAGE_QUERY,
        {0},
};

static const struct member EMPLOYMENT_MEMBERS[] = {
        {"company", "Company?", "Where the contact works; null: nobody knows", true, 0},
        {"role", ROLES "?", "Its part in buying", true, 0},
        {"evidence", "text?", "Why that is thought", true, 0},
        {"by", "text?", "Who said so; null if the log does", true, 0},
        {"since", "time?", "Since when it is known", true, 0},
        {0},
};

static const struct member NEW_EMPLOYMENT_MEMBERS[] = {
        {"company", "text?",
                "The company's id; null: the contact works nowhere. Left out: where it is thought to work "
                "now",
                false, 100},
        {"role", ROLES "?", "Its part in buying; null: nobody knows", false, 0},
        {"evidence", "text", "Why that is thought", false, 2000},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"Company", "Where contacts work", COMPANY_MEMBERS, false},
        {"Companies", "A page of companies", COMPANIES_MEMBERS, false},
        {"NewCompany", "A company; its domain or its name must be there", NEW_COMPANY_MEMBERS, false},
        {"CompanyChange", "What a person knows better than the log: it is not changed by messages any more",
                CHANGE_MEMBERS, false},
        {"CompanyContact", "Somebody who works there", WORKER_MEMBERS, false},
        {"CompanyContacts", "Who works there", WORKERS_MEMBERS, false},
        {"Employment", "Where a contact works", EMPLOYMENT_MEMBERS, false},
        {"NewEmployment", "Where a contact works, as a person says", NEW_EMPLOYMENT_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/companies",
                .summary = "Lists the companies where contacts work",
                .right = "contact.read",
                .query = LIST_PARAMETERS,
                .answer = "Companies",
                .handle = company_list},
        {.method = "POST",
                .path = "/api/companies",
                .summary = "Adds a company",
                .right = "contact.write",
                .body = "NewCompany",
                .answer = "Company",
                .status = 201,
                .handle = company_add},
        {.method = "GET",
                .path = "/api/companies/{id}",
                .summary = "One company",
                .right = "contact.read",
                .answer = "Company",
                .handle = company_get},
        {.method = "PATCH",
                .path = "/api/companies/{id}",
                .summary = "Changes a company",
                .right = "contact.write",
                .body = "CompanyChange",
                .answer = "Company",
                .handle = company_change},
        {.method = "GET",
                .path = "/api/companies/{id}/contacts",
                .summary = "Who works there, in which part in buying",
                .right = "contact.read",
                .query = WORKERS_PARAMETERS,
                .answer = "CompanyContacts",
                .handle = company_people},
        {.method = "GET",
                .path = "/api/contacts/{id}/company",
                .summary = "Where a contact works",
                .right = "contact.read",
                .answer = "Employment",
                .handle = company_of_contact},
        {.method = "POST",
                .path = "/api/contacts/{id}/company",
                .summary = "Says where a contact works, and which part it has in buying",
                .right = "contact.write",
                .body = "NewEmployment",
                .answer = "Employment",
                .handle = company_set_contact},
        {0},
};

const struct routes COMPANY_ROUTES = {"Companies", ROUTES, SCHEMAS};
