// The definitions that are built into the program: the recommended one and those of five articles. Constant;
// any thread.
#ifndef SLUICE_APP_MODEL_BUILTIN_H
#define SLUICE_APP_MODEL_BUILTIN_H

#include "base/str.h"

enum { BUILTIN_MODELS = 6 };

struct builtin_model {
    struct str slug;   // "two-way": names it in addresses
    struct str file;   // "article-001-two-way.model"
    struct str about;  // what it means for the work, two sentences for people who know none of the words
    struct str source; // whose definition it is
    struct str text;
};

// number < BUILTIN_MODELS; the recommended one is 0.
struct builtin_model builtin_model(unsigned number);
struct str builtin_default(void); // the text of the recommended one

#endif
