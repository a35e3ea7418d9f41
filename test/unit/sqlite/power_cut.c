#include "power_cut.h"

#include <sqlite3.h>

#include "../unit.h"

#define FILES_MAX 8
#define SECTOR 512

typedef struct change {
    bool truncates;
    sqlite3_int64 at; /* or the new size */
    uint8_t *data;
    int length;
} change;

/* A file by its name, as the disk has it and what is still on its way. */
typedef struct tracked {
    char path[512];
    bool on_disk, deleted;
    uint8_t *content;
    sqlite3_int64 size, room;
    change *changes;
    size_t count, capacity;
} tracked;

typedef struct power_cut_file {
    sqlite3_file base;
    tracked *file; /* NULL: not of a database, not watched */
    sqlite3_file *real;
} power_cut_file;

/* Of one test program with one thread; SQLite's layers are registered for the process. */
static struct {
    tracked files[FILES_MAX];
    size_t count;
    int64_t operations, cut_at;
    bool cut;
} disk;

static sqlite3_vfs layer;
static bool disk_lies;

static sqlite3_vfs *under(void)
{
    return layer.pAppData;
}

static power_cut_file *self(sqlite3_file *f)
{
    return (power_cut_file *)(void *)f;
}

static sqlite3_file *real_of(sqlite3_file *f)
{
    return self(f)->real;
}

/* ---- what the disk has ---- */

static void *grown(void *p, size_t size)
{
    void *q = realloc(p, size);
    assert_non_null(q);
    return q;
}

static tracked *track(const char *path)
{
    for (size_t i = 0; i < disk.count; i++)
        if (strcmp(disk.files[i].path, path) == 0)
            return &disk.files[i];
    assert_true(disk.count < FILES_MAX);
    tracked *t = &disk.files[disk.count++];
    *t = (tracked){.on_disk = false};
    snprintf(t->path, sizeof t->path, "%s", path);
    return t;
}

static void forget_changes(tracked *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->changes[i].data);
    t->count = 0;
}

static void note(tracked *t, change c)
{
    if (t->count == t->capacity) {
        t->capacity = t->capacity ? 2 * t->capacity : 64;
        t->changes = grown(t->changes, t->capacity * sizeof(change));
    }
    t->changes[t->count++] = c;
}

static void resize(tracked *t, sqlite3_int64 size)
{
    if (size > t->room) {
        t->room = 2 * size;
        t->content = grown(t->content, (size_t)t->room);
    }
    if (size > t->size)
        memset(t->content + t->size, 0, (size_t)(size - t->size));
    t->size = size;
}

static void put(tracked *t, sqlite3_int64 at, const uint8_t *data, sqlite3_int64 length)
{
    if (at + length > t->size)
        resize(t, at + length);
    memcpy(t->content + at, data, (size_t)length);
}

static void apply(tracked *t, const change *c)
{
    if (c->truncates)
        resize(t, c->at);
    else
        put(t, c->at, c->data, c->length);
}

static void drop(tracked *t)
{
    forget_changes(t);
    t->on_disk = false;
    t->size = 0;
}

/* The first flush of a file flushes its folder too, and with it what else changed there. */
static void flush(tracked *t)
{
    for (size_t i = 0; i < t->count; i++)
        apply(t, &t->changes[i]);
    forget_changes(t);
    for (size_t i = 0; !t->on_disk && i < disk.count; i++)
        if (disk.files[i].deleted)
            drop(&disk.files[i]);
    t->on_disk = true;
}

/* Whether the machine is gone, at this operation or before it. */
static bool is_gone(void)
{
    if (!disk.cut && ++disk.operations == disk.cut_at)
        disk.cut = true;
    return disk.cut;
}

/* ---- a file ---- */

static int file_close(sqlite3_file *f)
{
    return real_of(f)->pMethods ? real_of(f)->pMethods->xClose(real_of(f)) : SQLITE_OK;
}

static int file_read(sqlite3_file *f, void *buffer, int length, sqlite3_int64 at)
{
    return disk.cut ? SQLITE_IOERR_READ : real_of(f)->pMethods->xRead(real_of(f), buffer, length, at);
}

static int file_write(sqlite3_file *f, const void *data, int length, sqlite3_int64 at)
{
    bool gone_before = disk.cut, gone = is_gone();
    if (self(f)->file && !gone_before) {
        uint8_t *copy = grown(NULL, (size_t)length);
        memcpy(copy, data, (size_t)length);
        note(self(f)->file, (change){.at = at, .data = copy, .length = length});
    }
    return gone ? SQLITE_IOERR_WRITE : real_of(f)->pMethods->xWrite(real_of(f), data, length, at);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    if (is_gone())
        return SQLITE_IOERR_TRUNCATE;
    if (self(f)->file)
        note(self(f)->file, (change){.truncates = true, .at = size});
    return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

/* The real file need not be flushed: nobody cuts its power. */
static int file_sync(sqlite3_file *f, int flags)
{
    (void)flags;
    if (is_gone())
        return SQLITE_IOERR_FSYNC;
    if (self(f)->file && (!disk_lies || !self(f)->file->on_disk))
        flush(self(f)->file);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return disk.cut ? SQLITE_IOERR_FSTAT : real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int file_lock(sqlite3_file *f, int lock)
{
    return real_of(f)->pMethods->xLock(real_of(f), lock);
}

static int file_unlock(sqlite3_file *f, int lock)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), lock);
}

static int file_check_reserved(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int file_control(sqlite3_file *f, int op, void *argument)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, argument);
}

static int file_sector_size(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_characteristics(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int file_shm_unmap(sqlite3_file *f, int deletes)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), deletes);
}

static const sqlite3_io_methods methods = {.iVersion = 2,
                                           .xClose = file_close,
                                           .xRead = file_read,
                                           .xWrite = file_write,
                                           .xTruncate = file_truncate,
                                           .xSync = file_sync,
                                           .xFileSize = file_size,
                                           .xLock = file_lock,
                                           .xUnlock = file_unlock,
                                           .xCheckReservedLock = file_check_reserved,
                                           .xFileControl = file_control,
                                           .xSectorSize = file_sector_size,
                                           .xDeviceCharacteristics = file_characteristics,
                                           .xShmMap = file_shm_map,
                                           .xShmLock = file_shm_lock,
                                           .xShmBarrier = file_shm_barrier,
                                           .xShmUnmap = file_shm_unmap};

/* ---- the layer ---- */

static int layer_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *f, int flags, int *out_flags)
{
    (void)vfs;
    power_cut_file *file = self(f);
    file->base.pMethods = NULL;
    if (disk.cut)
        return SQLITE_CANTOPEN;
    file->real = (sqlite3_file *)(void *)(file + 1);
    bool watched = path && flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL);
    file->file = watched ? track(path) : NULL;
    int code = under()->xOpen(under(), path, file->real, flags, out_flags);
    if (code == SQLITE_OK) {
        file->base.pMethods = &methods;
        if (file->file)
            file->file->deleted = false;
    }
    return code;
}

static int layer_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    (void)vfs;
    if (is_gone())
        return SQLITE_IOERR_DELETE;
    int code = under()->xDelete(under(), path, sync_folder);
    if (code != SQLITE_OK)
        return code;
    tracked *t = track(path);
    t->deleted = true;
    if (sync_folder)
        drop(t);
    return code;
}

static int layer_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    (void)vfs;
    return under()->xAccess(under(), path, flags, out);
}

static int layer_full_pathname(sqlite3_vfs *vfs, const char *path, int size, char *out)
{
    (void)vfs;
    return under()->xFullPathname(under(), path, size, out);
}

static int layer_randomness(sqlite3_vfs *vfs, int length, char *out)
{
    (void)vfs;
    return under()->xRandomness(under(), length, out);
}

static int layer_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return under()->xSleep(under(), us);
}

static int layer_time(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    (void)vfs;
    return under()->xCurrentTimeInt64(under(), out);
}

static int layer_last_error(sqlite3_vfs *vfs, int length, char *out)
{
    (void)vfs;
    return under()->xGetLastError(under(), length, out);
}

static void install(void)
{
    if (layer.zName)
        return;
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);
    assert_non_null(system);
    layer = (sqlite3_vfs){.iVersion = 2,
                          .szOsFile = (int)sizeof(power_cut_file) + system->szOsFile,
                          .mxPathname = system->mxPathname,
                          .zName = POWER_CUT_VFS,
                          .pAppData = system,
                          .xOpen = layer_open,
                          .xDelete = layer_delete,
                          .xAccess = layer_access,
                          .xFullPathname = layer_full_pathname,
                          .xRandomness = layer_randomness,
                          .xSleep = layer_sleep,
                          .xCurrentTimeInt64 = layer_time,
                          .xGetLastError = layer_last_error};
    assert_int_equal(sqlite3_vfs_register(&layer, 0), SQLITE_OK);
}

void power_cut_begin(int64_t operation)
{
    install();
    power_cut_end();
    disk.cut_at = operation;
}

void power_cut_everywhere(bool yes)
{
    install();
    assert_int_equal(sqlite3_vfs_register(yes ? &layer : under(), 1), SQLITE_OK);
}

void power_cut_lie(bool yes)
{
    disk_lies = yes;
}

int64_t power_cut_operations(void)
{
    return disk.operations;
}

bool power_cut_happened(void)
{
    return disk.cut;
}

void power_cut_end(void)
{
    for (size_t i = 0; i < disk.count; i++) {
        forget_changes(&disk.files[i]);
        free(disk.files[i].changes);
        free(disk.files[i].content);
    }
    memset(&disk, 0, sizeof disk);
}

/* ---- what is left ---- */

static uint64_t draw(uint64_t *seed)
{
    uint64_t x = *seed += 0x9E3779B97F4A7C15u; /* splitmix64 */
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/* Any part of a write in sectors; how much of everything is drawn once, so that all and nothing occur too. */
static void apply_part(tracked *t, const change *c, uint64_t chance, uint64_t *seed)
{
    if (c->truncates) {
        if (draw(seed) % 8 < chance)
            apply(t, c);
        return;
    }
    for (sqlite3_int64 done = 0; done < c->length;) {
        sqlite3_int64 part = SECTOR - (c->at + done) % SECTOR;
        if (part > c->length - done)
            part = c->length - done;
        if (draw(seed) % 8 < chance)
            put(t, c->at + done, c->data + done, part);
        done += part;
    }
}

static void leave_file(tracked *t, const char *folder, uint64_t chance, uint64_t *seed)
{
    bool back = t->deleted && draw(seed) % 2 == 0;
    if (!t->on_disk || (t->deleted && !back))
        return;
    for (size_t i = 0; i < t->count; i++)
        apply_part(t, &t->changes[i], chance, seed);
    char path[800];
    snprintf(path, sizeof path, "%s/%s", folder, strrchr(t->path, '/') + 1);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    if (t->size > 0)
        assert_int_equal(fwrite(t->content, 1, (size_t)t->size, f), t->size);
    assert_int_equal(fclose(f), 0);
}

void power_cut_leave(const char *folder, uint64_t seed)
{
    uint64_t chance = draw(&seed) % 9; /* in eighths */
    for (size_t i = 0; i < disk.count; i++)
        leave_file(&disk.files[i], folder, chance, &seed);
}
