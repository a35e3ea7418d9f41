#include "parquet/duckdb_api.h"

#include <assert.h>
#include <dlfcn.h>
#include <string.h>

#define LIBRARY "libduckdb.so"

static dbk_err *missing(const char *what)
{
    dbk_err *e = err_new(ERR_NOT_FOUND, "Parquet files need DuckDB's library: %s", what);
    return err_with_hint(e, "install DuckDB's libduckdb.so, or set DAYBOOK_DUCKDB to its path; `make deps` "
                            "brings one");
}

dbk_err *duckdb_api_load(const char *library, duckdb_api *out)
{
    static const char *const names[] = {
#define DUCKDB_NAME(result, name, arguments) "duckdb_" #name,
        DUCKDB_FUNCTIONS(DUCKDB_NAME)
#undef DUCKDB_NAME
    };
    /* Static objects of the library outlive every use, so it is never unloaded. */
    void *handle = dlopen(library ? library : LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle)
        return missing(dlerror());
    static_assert(sizeof(*out) == sizeof(names) / sizeof(names[0]) * sizeof(void *), "one pointer a name");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        void *symbol = dlsym(handle, names[i]);
        if (!symbol) {
            dbk_err *e = missing(dlerror());
            dlclose(handle);
            return e;
        }
        /* POSIX gives functions as data pointers; C knows no conversion between the two. */
        memcpy((char *)out + i * sizeof(void *), &symbol, sizeof(symbol));
    }
    dlclose(handle);
    return NULL;
}
