select h.handler, h.kind, h.what, h.timeout_s, h.description from jobs.v_handlers as h order by h.handler
