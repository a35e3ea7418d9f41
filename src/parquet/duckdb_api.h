/* duckdb_api.h: the few functions of DuckDB's C interface that are used, as they have been since version 1.0.
 *
 * Declared here because the library is found at run time and its header is not needed to build. */
#ifndef DAYBOOK_PARQUET_DUCKDB_API_H
#define DAYBOOK_PARQUET_DUCKDB_API_H

#include <stdint.h>

#include "core/err.h"

/* 0 is success for functions that return one. */
typedef int duckdb_state;

/* Passed by value; only the library looks into it. */
typedef struct duckdb_result {
    uint64_t counts[3];
    void *columns;
    char *error;
    void *internal;
} duckdb_result;

/* Up to 12 bytes stand in the struct itself. */
typedef union duckdb_text {
    struct {
        uint32_t length;
        char prefix[4];
        const char *pointer;
    } elsewhere;
    struct {
        uint32_t length;
        char bytes[12];
    } here;
} duckdb_text;

#define DUCKDB_TEXT_HERE_MAX 12

#define DUCKDB_FUNCTIONS(F)                                                                                  \
    F(duckdb_state, open_ext, (const char *path, void **database, void *config, char **error))               \
    F(void, close, (void **database))                                                                        \
    F(duckdb_state, create_config, (void **config))                                                          \
    F(duckdb_state, set_config, (void *config, const char *name, const char *value))                         \
    F(void, destroy_config, (void **config))                                                                 \
    F(duckdb_state, connect, (void *database, void **connection))                                            \
    F(void, disconnect, (void **connection))                                                                 \
    F(duckdb_state, query, (void *connection, const char *sql, duckdb_result *result))                       \
    F(void, destroy_result, (duckdb_result * result))                                                        \
    F(const char *, result_error, (duckdb_result * result))                                                  \
    F(duckdb_state, prepare, (void *connection, const char *sql, void **statement))                          \
    F(const char *, prepare_error, (void *statement))                                                        \
    F(void, destroy_prepare, (void **statement))                                                             \
    F(duckdb_state, execute_prepared_streaming, (void *statement, duckdb_result *result))                    \
    F(void *, fetch_chunk, (duckdb_result result))                                                           \
    F(void, destroy_data_chunk, (void **chunk))                                                              \
    F(uint64_t, data_chunk_get_size, (void *chunk))                                                          \
    F(void *, data_chunk_get_vector, (void *chunk, uint64_t column))                                         \
    F(void *, vector_get_data, (void *vector))                                                               \
    F(uint64_t *, vector_get_validity, (void *vector))                                                       \
    F(void, free, (void *p))

typedef struct duckdb_api {
#define DUCKDB_MEMBER(result, name, arguments) result(*name) arguments;
    DUCKDB_FUNCTIONS(DUCKDB_MEMBER)
#undef DUCKDB_MEMBER
} duckdb_api;

/* Loads the library for the rest of the process. ERR_NOT_FOUND says what is missing and what to do. */
dbk_err *duckdb_api_load(const char *library, duckdb_api *out) ERR_MUST_USE;

#endif
