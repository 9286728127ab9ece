// What headers mean: formats, columns, keys of traits, names taken apart.
#include "app/import/csv_identity.h"
#include "app/import/csv_name.h"
#include "app/import/csv_recognise.h"
#include "app/import/csv_value.h"

#include "base/datetime.h"
#include "replay/message.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { COLUMNS_MAX = 80, ROWS_MAX = 5 };

static size_t split(struct arena *arena, const char *line, struct str *out)
{
    struct str rest = arena_str(arena, str_of(line));
    size_t n = 0;
    for (;;) {
        size_t comma = str_find(rest, ',');
        out[n++] = str_sub(rest, 0, comma);
        if (comma == rest.n)
            return n;
        rest = str_sub(rest, comma + 1, rest.n);
    }
}

// "format: Header>trait Header>trait", only our traits and what names the contact.
static void check(const char *header, const char *const *lines, const char *want)
{
    struct arena *arena = arena_new();
    struct str names[COLUMNS_MAX];
    struct csv_row rows[ROWS_MAX];
    struct buf got = {0};
    size_t n = split(arena, header, names), n_rows = 0;
    for (; lines && lines[n_rows]; n_rows++) {
        rows[n_rows].cells = ARENA_ARRAY(arena, struct str, COLUMNS_MAX);
        rows[n_rows].n = split(arena, lines[n_rows], rows[n_rows].cells);
        assert_int_equal(rows[n_rows].n, n);
    }
    struct csv_columns c = csv_recognise(arena, names, n, true, rows, n_rows);
    buf_printf(&got, "%.*s:", STR_ARG(c.format));
    for (size_t i = 0; i < n; i++) {
        enum csv_target target = c.columns[i].target;
        struct str trait = csv_target_trait(target);
        if (target == TARGET_ID || target == TARGET_PROFILE || target == TARGET_ATTRIBUTES ||
                target == TARGET_SALUTATION)
            trait = target == TARGET_ID           ? STR("ID")
                    : target == TARGET_PROFILE    ? STR("PROFILE")
                    : target == TARGET_SALUTATION ? STR("SALUTATION")
                                                  : STR("ATTRIBUTES");
        if (trait.n)
            buf_printf(&got, " %.*s>%.*s", STR_ARG(names[i]), STR_ARG(trait));
    }
    buf_char(&got, '\0');
    assert_string_equal(got.p, want);
    buf_free(&got);
    arena_free(arena);
}

static void formats(void **state)
{
    (void)state;
    check("First Name,Last Name,URL,Email Address,Company,Position,Connected On", NULL,
            "linkedin: First Name>first_name Last Name>last_name URL>PROFILE Email Address>email "
            "Company>company "
            "Position>title");
    check("profileUrl,fullName,firstName,lastName,companyName,title,companyUrl,regularCompanyUrl,industry,"
          "location,"
          "vmid,linkedInProfileUrl,query,timestamp",
            NULL,
            "phantombuster: profileUrl>PROFILE fullName>name firstName>first_name lastName>last_name "
            "companyName>company title>title industry>industry linkedInProfileUrl>PROFILE");
    check("First Name,Last Name,Full Name,Current Job,Linkedin URL Public,Email,Email Status,Company "
          "Name,Company "
          "Domain,Company Industry,Company Employee Exact Count,Company Employee Range,Matches Filters",
            NULL,
            "evaboot: First Name>first_name Last Name>last_name Full Name>name Current Job>title Linkedin "
            "URL "
            "Public>PROFILE Email>email Company Name>company Company Industry>industry Company Employee "
            "Exact "
            "Count>employees");
    check("First Name,Last Name,Title,Company,Company Name for Emails,Email,Email Status,Primary Email "
          "Source,"
          "Corporate Phone,Mobile Phone,# Employees,Person Linkedin Url,Company Phone,Company "
          "City,City,Apollo Contact "
          "Id,Secondary Email",
            NULL,
            "apollo: First Name>first_name Last Name>last_name Title>title Company>company Email>email "
            "Mobile "
            "Phone>phone # Employees>employees Person Linkedin Url>PROFILE City>city Apollo Contact Id>ID");
    check("First name,Last name,LinkedIn URL,Work email,Direct email,Phone,Job title,Company", NULL,
            "kaspr: First name>first_name Last name>last_name LinkedIn URL>PROFILE Work email>email Direct "
            "email>email Phone>phone Job title>title Company>company");
    check("Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Create Date,Associated "
          "Company,Country/Region,Contact owner",
            NULL,
            "hubspot: Record ID>ID First Name>first_name Last Name>last_name Email>email Phone Number>phone "
            "Associated "
            "Company>company Country/Region>country");
    check("Record ID,Deal Name,Deal Stage,Amount,Deal owner,Associated Contact IDs", NULL, "hubspot:");
    check("Lead ID,FirstName,LastName,Email,Phone,Company,LeadSource,Status,OwnerId", NULL,
            "salesforce: Lead ID>ID FirstName>first_name LastName>last_name Email>email Phone>phone "
            "Company>company "
            "LeadSource>source");
    check("title,firstname,lastname,position,city,address1,zipcode,country,email,phone,company,points", NULL,
            "mautic: title>SALUTATION firstname>first_name lastname>last_name position>title city>city "
            "country>country email>email phone>phone company>company");
    check("email,name,attributes", NULL, "listmonk: email>email name>name attributes>ATTRIBUTES");
    check("Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - "
          "Value,Organization 1 - Name,Organization 1 - Title",
            NULL,
            "google: Name>name Given Name>first_name Family Name>last_name E-mail 1 - Value>email Phone 1 - "
            "Value>phone Organization 1 - Name>company Organization 1 - Title>title");
    check("Title,First Name,Last Name,Company,Job Title,Business Street,Business Fax,Business Phone,E-mail "
          "Address,E-mail 2 Address,Company Main Phone",
            NULL,
            "outlook: Title>SALUTATION First Name>first_name Last Name>last_name Company>company Job "
            "Title>title "
            "Business Phone>phone E-mail Address>email");
}

static void other_lists(void **state)
{
    (void)state;
    check("Vorname;Nachname", NULL, ":");
    check("E-Mail-Adresse,Vorname,Name,Firma,Ort,Telefonnummer,Anzahl Mitarbeiter", NULL,
            ": E-Mail-Adresse>email Vorname>first_name Name>last_name Firma>company Ort>city "
            "Telefonnummer>phone "
            "Anzahl Mitarbeiter>employees");
    check("Prénom,Nom,Société,Adresse e-mail,Téléphone,Ville,Pays,Secteur d'activité", NULL,
            ": Prénom>first_name Nom>last_name Société>company Adresse e-mail>email Téléphone>phone "
            "Ville>city "
            "Pays>country Secteur d'activité>industry");
    check("Nombre,Apellidos,Correo electrónico", NULL,
            ": Nombre>first_name Apellidos>last_name Correo electrónico>email");
    check("EMAIL,phone_number,job-title,CompanyName", NULL,
            ": EMAIL>email phone_number>phone job-title>title CompanyName>company");
}

// In doubt a column is only itself.
static void contents_decide(void **state)
{
    (void)state;
    check("Email,Title,Position,Gender",
            (const char *const[]){"ann@example.com,Mrs,1,f", "b@example.com,Mr,2,m", NULL},
            ": Email>email Title>SALUTATION Gender>gender");
    check("Email,Phone", (const char *const[]){"yes,no", "no,no", NULL}, ":");
    check("email,Genre,Employees", (const char *const[]){"a@example.com,Jazz,51-200", NULL}, ": email>email");
    // The id of an order, not of a person.
    check("id,email", (const char *const[]){"1,a@example.com", "2,A@example.com", NULL}, ": email>email");
    check("id,email", (const char *const[]){"1,a@example.com", "2,b@example.com", NULL},
            ": id>ID email>email");
    check("First Name,Name", (const char *const[]){"Ann,Ann Lee", "Bob,Bob Fox", NULL},
            ": First Name>first_name Name>name");
    check("contact,month,title,price", NULL, ": title>title");
}

static struct csv_columns traits_of(struct arena *arena, const char *header)
{
    struct str *names = ARENA_ARRAY(arena, struct str, COLUMNS_MAX);
    return csv_recognise(arena, names, split(arena, header, names), true, NULL, 0);
}

static void trait_names(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    static const char *const CASES[][2] = {
            {"E-mail 2 Address", "email_2_address"},
            {"Größe (cm)", "groesse_cm"},
            {"firstName", "first_name"},
            {"LeadID", "lead_id"},
            {"HTTPServer", "http_server"},
            {"LinkedIn URL", "linkedin_url"},
            {"2nd phone", "_2nd_phone"},
            {"Assistant's Phone", "assistants_phone"},
            {"  spaced  ", "spaced"},
            {"a/b", "a_b"},
            {"###", "column7"},
            {"Имя", "имя"},
            {"L’âge", "lage"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct str key = arena_str(arena, csv_key(arena, str_of(CASES[i][0]), 7));
        assert_string_equal(key.p, CASES[i][1]);
        assert_true(str_eq(trait_key(arena, key), key)); // no second folding when the message is read
    }
    // Two columns never share a trait, and none takes one of ours by its name alone.
    struct csv_columns c = traits_of(arena, "Email,Stage,stage,STAGE,Mobile Phone,Phone,Job Title,Title");
    assert_true(str_eq(c.columns[1].trait, STR("stage")));
    assert_true(str_eq(c.columns[2].trait, STR("stage_2")));
    assert_true(str_eq(c.columns[3].trait, STR("stage_3")));
    assert_true(c.columns[4].second && str_eq(c.columns[4].trait, STR("mobile_phone")));
    assert_true(!c.columns[5].second && c.columns[5].target == TARGET_PHONE);
    assert_true(c.columns[7].second && str_eq(c.columns[7].trait, STR("title_column")));
    arena_free(arena);
}

static void full_names(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    static const char *const CASES[][3] = {
            {"Ann Lee", "Ann", "Lee"},
            {"Dr. Ann Lee", "Ann", "Lee"},
            {"Ann van der Berg", "Ann", "van der Berg"},
            {"Lee, Ann", "Ann", "Lee"},
            {"Kirk, James T.", "James", "Kirk"},
            {"James T. Kirk", "James", "Kirk"},
            {"Kirk, James, Jr.", "James", "Kirk"},
            {"Zoë Müller-Lüdenscheidt", "Zoë", "Müller-Lüdenscheidt"},
            {"Ann Lee, PhD", "Ann", "Lee"},
    };
    static const char *const DOUBTFUL[] = {"Ann", "Acme GmbH", "María García López", "Ann & Bob",
            "Herr Schmidt", "Sales Team", "田中 太郎", "ann@example.com", "Bill Junior", "", "Agent 007",
            "M Peter Williams", "Lee, Ann, Bob", "Berlin, Kreuzberg Mitte Nord"};
    struct str first, last;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_true(csv_split_name(arena, str_of(CASES[i][0]), &first, &last));
        assert_true(str_eq(first, str_of(CASES[i][1])));
        assert_true(str_eq(last, str_of(CASES[i][2])));
    }
    for (size_t i = 0; i < sizeof DOUBTFUL / sizeof *DOUBTFUL; i++)
        if (csv_split_name(arena, str_of(DOUBTFUL[i]), &first, &last))
            fail_msg("%s: %.*s, %.*s", DOUBTFUL[i], STR_ARG(first), STR_ARG(last));
    arena_free(arena);
}

static void addresses(void **state)
{
    (void)state;
    static const struct {
        bool (*put)(struct str, struct buf *);
        const char *cell, *want;
    } CASES[] = {
            {csv_put_email, "Ann@Example.COM", "ann@example.com"},
            {csv_put_email, "Ann Lee <ann@example.com>", "ann@example.com"},
            {csv_put_email, "mailto:ann@example.com", "ann@example.com"},
            {csv_put_email, "a@example.com; b@example.com", "a@example.com"},
            {csv_put_email, "a@example.com ::: b@example.com", "a@example.com"},
            {csv_put_email, "ann at example", NULL},
            {csv_put_email, "ann@localhost", NULL},
            {csv_put_phone, "+49 (30) 1234-56", "+4930123456"},
            {csv_put_phone, "0049 30 123456", "+4930123456"},
            {csv_put_phone, "'030/123 456", "030123456"},
            {csv_put_phone, "n/a", NULL},
            {csv_put_profile, "https://www.linkedin.com/in/Ann-Lee/?x=1", "linkedin.com/in/ann-lee"},
            {csv_put_profile, "http://de.linkedin.com/in/ann", "linkedin.com/in/ann"},
            {csv_put_profile, "https://www.linkedin.com/sales/lead/ACwAA", "linkedin.com/sales/lead/ACwAA"},
            {csv_put_profile, "https://example.com/in/ann", NULL},
            {csv_put_number, "1,204", "1204"},
            {csv_put_number, "$172.45", "172.45"},
            {csv_put_number, "1.204,50 €", "1204.50"},
            {csv_put_number, "51'000", "51000"},
            {csv_put_number, "-7", "-7"},
            {csv_put_number, "007", "7"},
            {csv_put_number, "12,5", "12.5"},
            {csv_put_number, "51-200", NULL},
            {csv_put_number, "1,2,3", NULL},
            {csv_put_number, "ten", NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct buf out = {0};
        bool fine = CASES[i].put(str_of(CASES[i].cell), &out);
        if (fine != (CASES[i].want != NULL) || (fine && !str_eq(buf_str(&out), str_of(CASES[i].want))))
            fail_msg("%s: %.*s", CASES[i].cell, STR_ARG(buf_str(&out)));
        buf_free(&out);
    }
}

static void times(void **state)
{
    (void)state;
    static const char *const CASES[][3] = {
            {"2024-03-01", NULL, "2024-03-01T00:00:00Z"},
            {"2024-03-01 10:20", NULL, "2024-03-01T10:20:00Z"},
            {"01 Mar 2024", NULL, "2024-03-01T00:00:00Z"},
            {"Mar 1, 2024, 10:20 PM", NULL, "2024-03-01T22:20:00Z"},
            {"2024/03/01", NULL, "2024-03-01T00:00:00Z"},
            {"03/01/2024", NULL, NULL}, // March or January?
            {"31 Feb 2024", NULL, NULL},
            {"5", NULL, NULL},
            {"03/01/2024", "%m/%d/%Y", "2024-03-01T00:00:00Z"},
            {"1.3.24 9:05", "%d.%m.%y %H:%M", "2024-03-01T09:05:00Z"},
            {"3/1/2024 12:30 AM", "%m/%d/%Y %I:%M %p", "2024-03-01T00:30:00Z"},
            {"3/1/2024 x", "%m/%d/%Y", NULL},
            {"13/1/2024", "%m/%d/%Y", NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[DATETIME_SIZE];
        int64_t seconds = 0;
        struct str cell = str_of(CASES[i][0]);
        bool fine =
                CASES[i][1] ? csv_time_format(cell, str_of(CASES[i][1]), &seconds) : csv_time(cell, &seconds);
        if (fine != (CASES[i][2] != NULL) ||
                (fine && !str_eq(datetime_format(seconds, text), str_of(CASES[i][2]))))
            fail_msg("%s", CASES[i][0]);
    }
    assert_true(csv_time_format_valid(STR("%d/%m/%Y")));
    assert_false(csv_time_format_valid(STR("%H:%M")));
    assert_false(csv_time_format_valid(STR("%d %m %Y %")));
    assert_int_equal(csv_month(STR("SEPT")), 9);
    assert_int_equal(csv_month(STR("ma")), 0);
    assert_int_equal(csv_weekday(STR("Mon")), 0);
    assert_int_equal(csv_weekday(STR("x")), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(formats),
            cmocka_unit_test(other_lists),
            cmocka_unit_test(contents_decide),
            cmocka_unit_test(trait_names),
            cmocka_unit_test(full_names),
            cmocka_unit_test(addresses),
            cmocka_unit_test(times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
