/* grants_roles.h: the kinds of role there are. A role is called <prefix><kind>.
 *
 * All are NOLOGIN groups: a login is made a member of the kinds whose work it does, so that passwords,
 * rotation and the names of services are nobody's business here. */
#ifndef DAYBOOK_SCHEMA_GRANTS_ROLES_H
#define DAYBOOK_SCHEMA_GRANTS_ROLES_H

#include <stdbool.h>
#include <stddef.h>

#define GRANTS_ROLE_OWNER "owner"
#define GRANTS_ROLE_API "api"
#define GRANTS_ROLE_MIGRATOR "migrator"
#define GRANTS_ROLE_COUNT 18
#define GRANTS_ROLE_PARENTS_MAX 2

typedef struct grants_role {
    const char *kind;
    const char *comment;
    /* Of which other kinds it is a member, and of which role of the server's own. */
    const char *parents[GRANTS_ROLE_PARENTS_MAX];
    const char *server_parent;
} grants_role;

extern const grants_role grants_roles[GRANTS_ROLE_COUNT];

bool grants_role_known(const char *kind);

#endif
