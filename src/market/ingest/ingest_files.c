#include "market/ingest/ingest_files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "market/archive/archive.h"

typedef struct finder {
    arena *arena;
    dbk_log *log;
    ingest_file_list list;
    size_t size;
} finder;

static dbk_err *add(finder *f, const char *path, const char *refusal, const char *hint)
{
    if (f->list.count == INGEST_FILES_MAX)
        return err_new(ERR_LIMIT, "more than %d files at once", INGEST_FILES_MAX);
    if (f->list.count == f->size) {
        size_t size = f->size ? f->size * 2 : 64;
        ingest_file_name *files = arena_alloc(f->arena, size * sizeof(*files));
        if (!files)
            return err_oom();
        if (f->list.count > 0)
            memcpy(files, f->list.files, f->list.count * sizeof(*files));
        f->list.files = files;
        f->size = size;
    }
    f->list.files[f->list.count++] = (ingest_file_name){.path = path, .refusal = refusal, .hint = hint};
    return NULL;
}

static bool has_ending(const char *name, const char *ending)
{
    size_t length = strlen(name);
    size_t n = strlen(ending);
    return length > n && strcasecmp(name + length - n, ending) == 0;
}

static bool has_known_ending(const char *name)
{
    static const char *const endings[] = {".csv",   ".gz",     ".zip",     ".txt", ".json",
                                          ".jsonl", ".ndjson", ".parquet", ".tar", ".tgz"};
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (has_ending(name, endings[i]))
            return true;
    return false;
}

/* NULL when the entry is taken. */
static const char *why_not(const char *path, const char *name)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return "it cannot be examined";
    if (S_ISDIR(st.st_mode))
        return "folders are not recursed into";
    if (!S_ISREG(st.st_mode))
        return "it is not a regular file";
    if (name[0] == '.')
        return "its name begins with a dot";
    if (!has_known_ending(name))
        return "its name does not end with .csv, .gz, .zip, .txt, .json, .jsonl, .ndjson, .parquet, .tar or "
               ".tgz";
    return NULL;
}

static dbk_err *refuse_folder(finder *f, const char *path, dbk_err *why)
{
    const char *refusal = arena_strdup(f->arena, err_message(why));
    err_free(why);
    return refusal ? add(f, path, refusal, NULL) : err_oom();
}

static dbk_err *add_folder(finder *f, const char *folder)
{
    char **names;
    size_t count;
    dbk_err *e = file_list(f->arena, folder, &names, &count);
    if (e)
        return err_code(e) == ERR_MEMORY ? e : refuse_folder(f, folder, e);
    size_t before = f->list.count;
    size_t length = strlen(folder);
    const char *slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
    for (size_t i = 0; i < count; i++) {
        char *path = arena_printf(f->arena, "%s%s%s", folder, slash, names[i]);
        if (!path)
            return err_oom();
        if (has_ending(names[i], ARCHIVE_CHECKSUM_ENDING))
            continue; /* looked at with its file */
        const char *reason = why_not(path, names[i]);
        if (reason) {
            log_fields(f->log, LOG_INFO, "skipped", LOG_STR("file", path), LOG_STR("why", reason));
            continue;
        }
        e = add(f, path, NULL, NULL);
        if (e)
            return e;
    }
    if (f->list.count > before)
        return NULL;
    return add(f, folder, "the folder holds no files of market data",
               "files end with .csv, .csv.gz, .gz, .zip or .txt; folders in it are not looked into");
}

dbk_err *ingest_files_find(arena *a, dbk_log *log, const char *const *args, size_t count,
                           ingest_file_list *out)
{
    finder f = {.arena = a, .log = log};
    for (size_t i = 0; i < count; i++) {
        dbk_err *e = file_is_dir(args[i]) ? add_folder(&f, args[i]) : add(&f, args[i], NULL, NULL);
        if (e)
            return e;
    }
    *out = f.list;
    return NULL;
}
