/* Who we are, and whom we trust. Everything is read again for each connection, so a certificate or a password
 * that was renewed on disk is the one that the next connection shows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "nats/jetstream_int.h"
#include "nats/nkey.h"

#define SECRET_BYTES_MAX 4096
#define WHITE " \t\r\n"

jetstream_access jetstream_access_of_environment(void)
{
    return (jetstream_access){.credentials_file = getenv("NATS_CREDS"),
                              .nkey_file = getenv("NATS_NKEY"),
                              .user = getenv("NATS_USER"),
                              .password = getenv("NATS_PASSWORD"),
                              .password_file = getenv("NATS_PASSWORD_FILE"),
                              .token = getenv("NATS_TOKEN"),
                              .token_file = getenv("NATS_TOKEN_FILE"),
                              .ca_file = getenv("NATS_CA"),
                              .cert_file = getenv("NATS_CERT"),
                              .key_file = getenv("NATS_KEY")};
}

bool jetstream_is_secure(const char *servers, const jetstream_access *access)
{
    return strncmp(servers, "tls://", 6) == 0 || access->ca_file || access->cert_file;
}

const char *jetstream_access_name(const jetstream_access *access)
{
    return access->credentials_file ? "NATS_CREDS"
           : access->nkey_file      ? "NATS_NKEY"
           : access->user           ? "NATS_USER and its password"
           : access->token          ? "NATS_TOKEN"
           : access->token_file     ? "NATS_TOKEN_FILE"
                                    : "no credentials";
}

/* What libnats says of a file that it cannot read names neither the file nor the reason. */
static dbk_err *check_file(const char *variable, const char *path, bool secret)
{
    struct stat is;
    if (!path)
        return NULL;
    if (access(path, R_OK) != 0 || stat(path, &is) != 0)
        return err_errno(errno, "%s: could not read %s", variable, path);
    if (secret && (is.st_mode & S_IRWXO))
        return err_with_hint(err_new(ERR_INPUT, "%s: %s may be read by others", variable, path),
                             "chmod o-rwx %s", path);
    return NULL;
}

static dbk_err *check(const jetstream_access *access)
{
    const struct {
        const char *variable, *path;
        bool secret;
    } files[] = {{"NATS_CREDS", access->credentials_file, true},
                 {"NATS_NKEY", access->nkey_file, true},
                 {"NATS_PASSWORD_FILE", access->password_file, true},
                 {"NATS_TOKEN_FILE", access->token_file, true},
                 {"NATS_KEY", access->key_file, true},
                 {"NATS_CA", access->ca_file, false},
                 {"NATS_CERT", access->cert_file, false}};
    if (!access->cert_file != !access->key_file)
        return err_new(ERR_USAGE, "of NATS_CERT and NATS_KEY only one is set: a certificate has a key");
    dbk_err *e = NULL;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !e; i++)
        e = check_file(files[i].variable, files[i].path, files[i].secret);
    return e;
}

/* What a file holds, without the white space at its end. */
static dbk_err *read_secret(arena *a, const char *path, char **out)
{
    size_t length;
    dbk_err *e = file_read(a, path, SECRET_BYTES_MAX, out, &length);
    while (!e && length > 0 && strchr(WHITE, (*out)[length - 1]))
        (*out)[--length] = '\0';
    return e;
}

static dbk_err *said(natsStatus s, const char *doing)
{
    return s == NATS_OK ? NULL : jetstream_error(s, 0, doing);
}

static dbk_err *set_nkey(arena *a, natsOptions *o, const char *path)
{
    char *seed, public[NKEY_PUBLIC_LENGTH + 1];
    dbk_err *e = read_secret(a, path, &seed);
    if (!e)
        e = nkey_public_of_seed(seed, strlen(seed), public);
    return e ? err_wrap(e, "while reading NATS_NKEY")
             : said(natsOptions_SetNKeyFromSeed(o, public, path), "while taking NATS_NKEY");
}

static dbk_err *set_login(arena *a, natsOptions *o, const jetstream_access *access)
{
    const char *password = access->password, *token = access->token;
    char *read = NULL;
    dbk_err *e = NULL;
    if (access->credentials_file)
        e = said(natsOptions_SetUserCredentialsFromFiles(o, access->credentials_file, NULL),
                 "while taking NATS_CREDS");
    if (!e && access->nkey_file)
        e = set_nkey(a, o, access->nkey_file);
    if (!e && !password && access->password_file) {
        e = read_secret(a, access->password_file, &read);
        password = read;
    }
    if (!e && access->user)
        e = said(natsOptions_SetUserInfo(o, access->user, password), "while taking NATS_USER");
    if (!e && !token && access->token_file) {
        e = read_secret(a, access->token_file, &read);
        token = read;
    }
    if (!e && token)
        e = said(natsOptions_SetToken(o, token), "while taking NATS_TOKEN");
    return e;
}

/* Told to be secure, libnats ends a connection to a server that offers no TLS before it logs in; by the
 * address alone it would go on in the clear. */
static dbk_err *set_tls(natsOptions *o, const jetstream_access *access)
{
    dbk_err *e = said(natsOptions_SetSecure(o, true), "while preparing for TLS");
    if (!e && access->ca_file)
        e = said(natsOptions_LoadCATrustedCertificates(o, access->ca_file), "while reading NATS_CA");
    if (!e && access->cert_file)
        e = said(natsOptions_LoadCertificatesChain(o, access->cert_file, access->key_file),
                 "while reading NATS_CERT and NATS_KEY");
    return e;
}

dbk_err *jetstream_access_set(natsOptions *o, const char *servers, const jetstream_access *access)
{
    arena *a = arena_new(0);
    dbk_err *e = a ? check(access) : err_oom();
    if (!e)
        e = set_login(a, o, access);
    if (!e && jetstream_is_secure(servers, access))
        e = set_tls(o, access);
    arena_free(a);
    return e;
}
