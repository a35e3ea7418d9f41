select count(*) from jobs.fn_rescue()
