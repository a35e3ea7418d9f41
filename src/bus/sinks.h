/* sinks.h: the kinds of sink there are, chosen by how an address begins. */
#ifndef DAYBOOK_BUS_SINKS_H
#define DAYBOOK_BUS_SINKS_H

#include "bus/sink.h"

extern const sink_ops sink_file, sink_nats, sink_nats_tls, sink_stdout;

/* All kinds, ended by NULL. */
const sink_ops *const *sinks_all(void);

/* What "[NAME=]ADDRESS" means: the kind, the name (the kind's without one) and what the kind wants to know of
 * the address. ERR_USAGE names the kinds there are. */
dbk_err *sinks_parse(arena *a, const char *text, const sink_ops **ops, const char **name,
                     const char **address) ERR_MUST_USE;

/* The whole number that a setting gives, else `otherwise`. ERR_USAGE for one that is not between min and max.
 */
dbk_err *sinks_setting(const sink_options *o, const char *key, int64_t otherwise, int64_t min, int64_t max,
                       int64_t *out) ERR_MUST_USE;
/* The text of a setting; NULL when it is not set. */
const char *sinks_setting_text(const sink_options *o, const char *key);

#endif
