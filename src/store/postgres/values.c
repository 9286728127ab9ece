// What a result holds, from the binary form of its types.
#include "store/postgres/private.h"

bool postgres_is_null(struct query *query, unsigned column)
{
    struct postgres_query *q = of_query(query);
    return PQgetisnull(q->result, q->row, (int)column) != 0;
}

static uint64_t big_endian(const char *p, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++)
        value = value << 8 | (unsigned char)p[i];
    return value;
}

enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_NUMERIC = 1700
};

// sum() of whole numbers is a numeric: digits of base 10,000, the first has the weight given.
static double numeric(const char *p, int n)
{
    double value = 0;
    if (n < 8)
        return 0;
    int digits = (int)big_endian(p, 2), weight = (int16_t)big_endian(p + 2, 2),
        sign = (int)big_endian(p + 4, 2);
    for (int i = 0; i < digits && 8 + i * 2 + 2 <= n; i++)
        value = value * 10000 + (double)big_endian(p + 8 + i * 2, 2);
    for (int i = digits - 1; i < weight; i++)
        value *= 10000;
    for (int i = weight; i < digits - 1; i++)
        value /= 10000;
    return sign ? -value : value;
}

double postgres_double(struct query *query, unsigned column)
{
    struct postgres_query *q = of_query(query);
    const char *p = PQgetvalue(q->result, q->row, (int)column);
    int n = PQgetlength(q->result, q->row, (int)column);
    uint64_t bits = n <= 8 ? big_endian(p, n) : 0;
    uint32_t half = (uint32_t)bits;
    double value = 0;
    float single = 0;
    switch (PQftype(q->result, (int)column)) {
    case OID_FLOAT8:
        memcpy(&value, &bits, sizeof value);
        return value;
    case OID_FLOAT4:
        memcpy(&single, &half, sizeof single);
        return (double)single;
    case OID_NUMERIC:
        return numeric(p, n);
    case OID_INT8:
        return (double)(int64_t)bits;
    case OID_INT4:
        return (double)(int32_t)half;
    default:
        return (double)bits;
    }
}

int64_t postgres_int(struct query *query, unsigned column)
{
    struct postgres_query *q = of_query(query);
    const char *p = PQgetvalue(q->result, q->row, (int)column);
    int n = PQgetlength(q->result, q->row, (int)column);
    if (postgres_is_null(query, column))
        return 0;
    switch (PQftype(q->result, (int)column)) {
    case OID_INT8:
        return (int64_t)big_endian(p, n);
    case OID_INT4:
        return (int32_t)big_endian(p, n);
    case OID_INT2:
        return (int16_t)big_endian(p, n);
    case OID_BOOL:
        return p[0] != 0;
    default:
        return (int64_t)postgres_double(query, column);
    }
}

struct str postgres_bytes(struct query *query, unsigned column)
{
    struct postgres_query *q = of_query(query);
    if (postgres_is_null(query, column))
        return STR_NONE;
    return (struct str){
            PQgetvalue(q->result, q->row, (int)column), (size_t)PQgetlength(q->result, q->row, (int)column)};
}
