select m.module,
       m.chosen,
       m.tool_version,
       (select max(b.version) from daybook.bootstrap as b) as version
  from daybook.modules as m
 order by m.updated_at, m.module collate "C"
